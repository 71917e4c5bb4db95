;; The product's halves come from one multiplication, the sum's from an addition and one with its carry.

(module (func $sum (param i64 i64 i64) (result i64 i64)
  (i64.add128 (i64.mul_wide_u (local.get 0) (local.get 1)) (local.get 2) (i64.const 0)))
  (export "sum" (func $sum)))

;; expect ssa:
;; func $sum
;; b0:
;;   v0:i64 = param 0
;;   v1:i64 = param 1
;;   v2:i64 = param 2
;;   v3:i64 = mul_wide_u v0, v1
;;   v4:i64 = high v3
;;   v5:i64 = const 0
;;   v6:i64 = add_wide v3, v4, v2, v5
;;   v7:i64 = high v6
;;   return v6, v7
;; expect asm:
;; func $sum
;; block 0
;;        0  entry           rax:=, rcx:=, rdx:=
;;            rbx ← rdx (8)
;;        1  mul_high        rax:=, rdx:=, rax, rcx  ; 41
;;            rcx ← rdx (8)
;;        2  add             rax:=, rax, rbx  ; 47
;;        3  adc             rcx:=, rcx, 0  ; 47
;;        4  ret             rax, rcx  ; 49
