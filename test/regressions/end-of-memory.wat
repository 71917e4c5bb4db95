;; A scalar load that becomes an operand of a vector instruction must stay as narrow as it is: at the end of memory a
;; wider one faults (CVE-2026-24116, CVE-2026-34944 of Wasmtime).
;; return copysign32 i32:65532 f32:0x3f800000 -> f32:0
;; return copysign64 i32:65528 f64:0x3ff0000000000000 -> f64:0
;; return sign32 i32:65532 f32:0x40000000 -> f32:0x40000000
;; return sign64 i32:65528 f64:0x4000000000000000 -> f64:0x4000000000000000
;; return abs32 i32:65532 -> f32:0
;; return neg64 i32:65528 -> f64:0x8000000000000000
;; return min32 i32:65532 -> f32:0
;; return sqrt32 i32:65532 -> f32:0
;; return promote i32:65532 -> f64:0
;; return convert i32:65532 -> f64:0
;; return select32 i32:65532 i32:1 -> f32:0
;; return compare i32:65532 -> i32:1
;; return bytes i32:65535 -> i32:0
;; return tested i32:65535 -> i32:1
;; return masked i32:65532 -> i64:0
;; trap copysign32 i32:65533 f32:0 : out of bounds memory access
;; trap copysign64 i32:65529 f64:0 : out of bounds memory access
;; trap sign32 i32:65533 f32:0 : out of bounds memory access
;; trap masked i32:65533 : out of bounds memory access
;; trap tested16 i32:65535 : out of bounds memory access
;; trap narrowed i32:65535 : out of bounds memory access

(module
  (memory 1)
  (func (export "copysign32") (param i32 f32) (result f32) (f32.copysign (f32.load (local.get 0)) (local.get 1)))
  (func (export "copysign64") (param i32 f64) (result f64) (f64.copysign (f64.load (local.get 0)) (local.get 1)))
  (func (export "sign32") (param i32 f32) (result f32) (f32.copysign (local.get 1) (f32.load (local.get 0))))
  (func (export "sign64") (param i32 f64) (result f64) (f64.copysign (local.get 1) (f64.load (local.get 0))))
  (func (export "abs32") (param i32) (result f32) (f32.abs (f32.load (local.get 0))))
  (func (export "neg64") (param i32) (result f64) (f64.neg (f64.load (local.get 0))))
  (func (export "min32") (param i32) (result f32) (f32.min (f32.const 1) (f32.load (local.get 0))))
  (func (export "sqrt32") (param i32) (result f32) (f32.sqrt (f32.load (local.get 0))))
  (func (export "promote") (param i32) (result f64) (f64.promote_f32 (f32.load (local.get 0))))
  (func (export "convert") (param i32) (result f64) (f64.convert_i32_s (i32.load (local.get 0))))
  (func (export "select32") (param i32 i32) (result f32)
    (select (f32.load (local.get 0)) (f32.const 1) (local.get 1)))
  (func (export "compare") (param i32) (result i32) (f32.lt (f32.load (local.get 0)) (f32.const 1)))
  (func (export "bytes") (param i32) (result i32) (i32.add (i32.load8_s (local.get 0)) (i32.const 0)))
  (func (export "tested") (param i32) (result i32) (i32.eqz (i32.load8_u (local.get 0))))
  (func (export "tested16") (param i32) (result i32) (i32.eqz (i32.load16_u (local.get 0))))
  (func (export "masked") (param i32) (result i64) (i64.and (i64.load32_u (local.get 0)) (i64.const 0xff)))
  (func (export "narrowed") (param i32) (result i32) (i32.and (i32.load16_u (local.get 0)) (i32.const 0xff))))
