;; level: 0
;; Without optimization, edges are still split where selection needs it.

(module (func $max (export "max") (param $a i32) (param $b i32) (result i32)
  (block $out (result i32)
    (br_if $out (local.get $a) (i32.gt_s (local.get $a) (local.get $b)))
    (drop)
    (local.get $b))))

;; expect ssa:
;; func $max
;; b0:
;;   v0:i32 = param 0
;;   v1:i32 = param 1
;;   v2:i32 = gt_s v0, v1
;;   branch v2, b2, b1
;; b1: (preds b0)
;;   jump b3
;; b2: (preds b0)
;;   v7 = jump b3
;; b3: (preds b1, b2)
;;   v5:i32 = phi v1, v0
;;   return v5
