;; br_table with ways that are the same and one that carries a value.

(module (func $pick (export "pick") (param $i i32) (result i32)
  (block $a (result i32)
    (block $b (block $c
      (br_table $b $c $c $b (local.get $i)))
      (br $a (i32.const 30)))
    (i32.const 20))))

;; expect ssa:
;; func $pick
;; b0:
;;   v0:i32 = param 0
;;   switch v0, b2, b1, b1, b2
;; b1: (preds b0, b0)
;;   v2:i32 = const 30
;;   jump b3
;; b2: (preds b0, b0)
;;   v4:i32 = const 20
;;   jump b3
;; b3: (preds b1, b2)
;;   v6:i32 = phi v2, v4
;;   return v6
