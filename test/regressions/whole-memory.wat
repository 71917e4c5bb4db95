;; A memory of all 65536 pages: its last bytes can be reached, what passes them traps, and lengths of 2 GiB and more are
;; not negative (CVE-2025-58749 of WAMR).
;; return size -> i32:65536
;; return grow i32:1 -> i32:-1
;; return grow i32:0 -> i32:65536
;; return put i32:-4 i32:0x11223344 ->
;; return get i32:-4 -> i32:0x11223344
;; return byte i32:-1 -> i32:0x11
;; trap get i32:-3 : out of bounds memory access
;; trap byte1 i32:-1 : out of bounds memory access
;; trap fill i32:2 i32:7 i32:-1 : out of bounds memory access
;; trap fill i32:0x80000002 i32:7 i32:0x7fffffff : out of bounds memory access
;; trap copy i32:0x80000001 i32:0 i32:0x80000000 : out of bounds memory access
;; return fill i32:-8 i32:0x7f i32:8 ->
;; return get i32:-4 -> i32:0x7f7f7f7f

(module
  (memory 65536)
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "put") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
  (func (export "get") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "byte1") (param i32) (result i32) (i32.load8_u offset=1 (local.get 0)))
  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))
