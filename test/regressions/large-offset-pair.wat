;; The index is a sum that cannot wrap, and the offset with the memory's base is too large for a displacement: the
;; base takes a register, and only one is left for the index. Of the sum, one half was lost.
;; return pair i32:0x0ffffff8 i32:0x00030000 -> i32:42
;; return scaled i32:0x0fffff00 i32:0x40 -> i32:42
;; return folded i32:0x0ffffff8 i32:0x00030000 -> i32:42

(module
  (memory 65536)
  (data (i32.const 0x8ffffffa) "\2a")
  (data (i32.const 0x8fffffff) "\2a")
  (func (export "pair") (param i32 i32) (result i32)
    (i32.load8_u offset=0x7fffffff
      (i32.add (i32.and (local.get 0) (i32.const 0x0ffffff8)) (i32.shr_u (local.get 1) (i32.const 16)))))
  (func (export "scaled") (param i32 i32) (result i32)
    (i32.load8_u offset=0x7fffffff
      (i32.add
        (i32.and (local.get 0) (i32.const 0x0fffff00))
        (i32.shl (i32.and (local.get 1) (i32.const 0xff)) (i32.const 2)))))
  (func (export "folded") (param i32 i32) (result i32)
    (i32.load8_u offset=0x7fffffef
      (i32.add
        (i32.add (i32.and (local.get 0) (i32.const 0x0ffffff8)) (i32.shr_u (local.get 1) (i32.const 16)))
        (i32.const 16)))))
