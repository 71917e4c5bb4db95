;; A loop with a variable that it does not change and two that it does.

(module (func $sum (export "sum") (param $n i32) (param $step i32) (result i32) (local $i i32) (local $s i32)
  (loop $l
    (local.set $s (i32.add (local.get $s) (i32.mul (local.get $i) (local.get $step))))
    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
  (local.get $s)))

;; expect ssa:
;; func $sum
;; b0:
;;   v0:i32 = param 0
;;   v1:i32 = param 1
;;   v11:i32 = const 0
;;   v2 = jump b1
;; b1: (preds b0, b2)
;;   v4:i32 = phi v11, v8
;;   v3:i32 = phi v11, v6
;;   v5:i32 = mul v4, v1
;;   v6:i32 = add v3, v5
;;   v7:i32 = const 1
;;   v8:i32 = add v4, v7
;;   v9:i32 = lt_u v8, v0
;;   branch v9, b2, b3
;; b2: (preds b1)
;;   v13 = jump b1
;; b3: (preds b1)
;;   v12 = return v6
