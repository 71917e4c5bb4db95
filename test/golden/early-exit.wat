;; A search with two ways out: the block between them needs no copy of the test that led there.

(module (memory 1) (func $find (export "find") (param $at i32) (param $end i32) (param $byte i32) (result i32)
  (block $out
    (loop $next
      (br_if $out (i32.ge_u (local.get $at) (local.get $end)))
      (if (i32.ne (i32.load8_u (local.get $at)) (local.get $byte)) (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end)))
        (br $out)))
      (return (local.get $at))))
  (i32.const -1)))

;; expect ssa:
;; func $find
;; b0:
;;   v0:i32 = param 0
;;   v1:i32 = param 1
;;   v2:i32 = param 2
;;   jump b1
;; b1: (preds b0, b4)
;;   v4:i32 = phi v0, v11
;;   v5:i32 = ge_u v4, v1
;;   branch v5, b6, b2
;; b2: (preds b1)
;;   v7:i32 = load8_u m1[v4]
;;   v8:i32 = ne v7, v2
;;   branch v8, b3, b5
;; b3: (preds b2)
;;   v10:i32 = const 1
;;   v11:i32 = add v4, v10
;;   v12:i32 = lt_u v11, v1
;;   branch v12, b4, b6
;; b4: (preds b3)
;;   v18 = jump b1
;; b5: (preds b2)
;;   v15 = return v4
;; b6: (preds b1, b3)
;;   v16:i32 = const -1
;;   return v16
