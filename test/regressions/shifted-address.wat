;; The shift is of 32 bits, and then zero-extended: its upper bits must not become part of the address
;; (CVE-2023-26489 of Cranelift: a sandbox escape).
;; return f i32:0x40000001 -> i32:42
;; return f i32:0x20000002 -> i32:43
;; return g i32:0x40000001 i32:0 -> i32:42
;; return g i32:0x40000000 i32:4 -> i32:42
;; return g i32:0xfffffff0 i32:68 -> i32:42
;; trap f i32:0x10000001 : out of bounds memory access
;; return wide i32:0x40000001 -> i32:42

(module
  (memory 1)
  (data (i32.const 4) "\2a")
  (data (i32.const 0x10) "\2b")
  (func (export "f") (param i32) (result i32)
    (if (result i32) (i32.eq (local.get 0) (i32.const 0x20000002))
      (then (i32.load (i32.shl (local.get 0) (i32.const 3))))
      (else (i32.load (i32.shl (local.get 0) (i32.const 2))))))
  (func (export "g") (param i32 i32) (result i32)
    (i32.load (i32.add (i32.shl (local.get 0) (i32.const 2)) (local.get 1))))
  (func (export "wide") (param i32) (result i32)
    (i32.load (i32.wrap_i64 (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 2))))))
