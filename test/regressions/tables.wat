;; Indirect calls check the index, null and the type (turbolent/w2c2#76), also where the index is constant, and in a
;; table of ten million entries (CVE-2026-44216 of Wasmtime).
;; return call i32:0 i32:20 -> i32:21
;; trap call i32:1 i32:20 : indirect call type mismatch
;; trap call i32:2 i32:20 : uninitialized element
;; trap call i32:10 i32:20 : undefined element
;; trap call i32:-1 i32:20 : undefined element
;; trap call i32:0x20000000 i32:20 : undefined element
;; trap constant-type : indirect call type mismatch
;; trap constant-null : uninitialized element
;; trap constant-end : undefined element
;; return large i32:9999999 i32:4 -> i32:5
;; trap large i32:10000000 i32:4 : undefined element
;; trap large i32:5 i32:4 : uninitialized element
;; trap set i32:10000000 : out of bounds table access
;; return null i32:9999998 -> i32:1
;; trap null i32:-1 : out of bounds table access

(module
  (type $unary (func (param i32) (result i32)))
  (table $t 10 funcref)
  (table $large 10000000 funcref)
  (elem (table $t) (i32.const 0) func $inc $other)
  (elem (table $large) (i32.const 9999999) func $inc)
  (func $inc (type $unary) (i32.add (local.get 0) (i32.const 1)))
  (func $other (param i64) (result i32) (i32.const 99))
  (func (export "call") (param i32 i32) (result i32)
    (call_indirect $t (type $unary) (local.get 1) (local.get 0)))
  (func (export "constant-type") (result i32) (call_indirect $t (type $unary) (i32.const 1) (i32.const 1)))
  (func (export "constant-null") (result i32) (call_indirect $t (type $unary) (i32.const 1) (i32.const 2)))
  (func (export "constant-end") (result i32) (call_indirect $t (type $unary) (i32.const 1) (i32.const 10)))
  (func (export "large") (param i32 i32) (result i32)
    (call_indirect $large (type $unary) (local.get 1) (local.get 0)))
  (func (export "set") (param i32) (table.set $large (local.get 0) (ref.null func)))
  (func (export "null") (param i32) (result i32) (ref.is_null (table.get $large (local.get 0)))))
