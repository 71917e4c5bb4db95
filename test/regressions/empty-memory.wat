;; A memory without pages has no byte that can be read (CVE-2022-39392 of Wasmtime), and may grow.
;; trap load i32:0 : out of bounds memory access
;; trap load i32:-1 : out of bounds memory access
;; trap store i32:0 : out of bounds memory access
;; trap constant : out of bounds memory access
;; return fill i32:0 i32:0 ->
;; trap fill i32:0 i32:1 : out of bounds memory access
;; trap fill i32:1 i32:0 : out of bounds memory access
;; trap copy i32:1 i32:0 i32:0 : out of bounds memory access
;; return size -> i32:0
;; return grow i32:0 -> i32:0
;; return grow i32:1 -> i32:0
;; return load i32:65535 -> i32:0
;; trap load i32:65536 : out of bounds memory access
;; return constant -> i32:0
;; return grow i32:2 -> i32:-1
;; return grow i32:-1 -> i32:-1
;; return size -> i32:1

(module
  (memory 0 2)
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "store") (param i32) (i32.store8 (local.get 0) (i32.const 1)))
  (func (export "constant") (result i32) (i32.load8_u offset=7 (i32.const 9)))
  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 1) (local.get 1)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
