;; MIN % -1 is 0 and MIN / -1 traps, whatever the operands are folded to.
;; return rem32 i32:0x80000000 i32:-1 -> i32:0
;; return rem64 i64:0x8000000000000000 i64:-1 -> i64:0
;; trap div32 i32:0x80000000 i32:-1 : integer overflow
;; trap div64 i64:0x8000000000000000 i64:-1 : integer overflow
;; trap rem32 i32:5 i32:0 : integer divide by zero
;; trap div64 i64:5 i64:0 : integer divide by zero
;; return rem-constant i32:0x80000000 -> i32:0
;; trap div-constant i32:0x80000000 : integer overflow
;; return div-constant i32:7 -> i32:-7
;; return constants -> i32:0
;; trap dropped i32:0 : integer divide by zero
;; return unsigned i32:0x80000000 i32:-1 -> i32:0
;; return widened i32:0x80000000 i32:-1 -> i64:2147483648

(module
  (func (export "rem32") (param i32 i32) (result i32) (i32.rem_s (local.get 0) (local.get 1)))
  (func (export "rem64") (param i64 i64) (result i64) (i64.rem_s (local.get 0) (local.get 1)))
  (func (export "div32") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "div64") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
  (func (export "rem-constant") (param i32) (result i32) (i32.rem_s (local.get 0) (i32.const -1)))
  (func (export "div-constant") (param i32) (result i32) (i32.div_s (local.get 0) (i32.const -1)))
  (func (export "constants") (result i32) (i32.rem_s (i32.const 0x80000000) (i32.const -1)))
  (func (export "dropped") (param i32) (drop (i32.div_u (i32.const 1) (local.get 0))))
  (func (export "unsigned") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func (export "widened") (param i32 i32) (result i64)
    (i64.div_s (i64.extend_i32_s (local.get 0)) (i64.extend_i32_s (local.get 1)))))
