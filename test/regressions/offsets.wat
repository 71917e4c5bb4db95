;; Offsets of 2 GiB and more: neither negative (wabt#1401) nor added modulo 2^32, and an access that ends beyond 4 GiB
;; traps (WasmEdge#3018).
;; trap half i32:0 : out of bounds memory access
;; trap half i32:-2147483648 : out of bounds memory access
;; trap top i32:0 : out of bounds memory access
;; trap top i32:1 : out of bounds memory access
;; trap top i32:-1 : out of bounds memory access
;; trap below i32:1 : out of bounds memory access
;; trap below i32:-2147483647 : out of bounds memory access
;; trap store i32:1 : out of bounds memory access
;; trap store i32:16 : out of bounds memory access
;; trap last i32:-1 : out of bounds memory access
;; trap last i32:-4 : out of bounds memory access
;; trap constant : out of bounds memory access
;; return intact -> i32:0x01010101

(module
  (memory 1)
  (data (i32.const 0) "\01\01\01\01")
  (func (export "half") (param i32) (result i32) (i32.load offset=0x80000000 (local.get 0)))
  (func (export "top") (param i32) (result i32) (i32.load8_u offset=0xffffffff (local.get 0)))
  (func (export "below") (param i32) (result i32) (i32.load offset=0x7fffffff (local.get 0)))
  (func (export "store") (param i32) (i32.store offset=0xfffffff0 (local.get 0) (i32.const 7)))
  (func (export "last") (param i32) (result i64) (i64.load (local.get 0)))
  (func (export "constant") (result i32) (i32.load offset=0xffffffff (i32.const 1)))
  (func (export "intact") (result i32) (i32.load (i32.const 0))))
