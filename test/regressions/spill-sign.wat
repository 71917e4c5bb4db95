;; An i32 that was spilled must not come back sign-extended where it is an address or becomes an i64
;; (CVE-2021-32629 of Cranelift: a sandbox escape).
;; return address i32:-2147483584 -> i64:0
;; return widened i32:-2147483648 -> i64:2147483648
;; return widened i32:-1 -> i64:4294967295
;; trap address i32:-1 : out of bounds memory access

(module
  (memory 32769)
  (func $clobber)
  (func (export "address") (param $p i32) (result i64)
    (local $q i32)
    (local.set $q (i32.add (local.get $p) (i32.const 8)))
    (call $clobber)
    (i64.or (i64.load (local.get $q)) (i64.load offset=8 (local.get $p))))
  (func (export "widened") (param $p i32) (result i64)
    (local $q i32)
    (local.set $q (i32.xor (local.get $p) (i32.const 0)))
    (call $clobber)
    (i64.extend_i32_u (local.get $q))))
