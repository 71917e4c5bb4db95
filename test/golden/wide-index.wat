;; Fields at small offsets from one 64-bit index share its check; what lies beyond the memory faults by itself. A large offset
;; is checked with the index.

(module (memory i64 65538) (func $fields (param $at i64) (result i64)
  (i64.add
    (i64.add (i64.load (local.get $at)) (i64.load offset=8 (local.get $at)))
    (i64.load offset=0x100000000 (local.get $at))))
  (export "fields" (func $fields)))

;; expect ssa:
;; func $fields
;; b0:
;;   v0:i64 = param 0
;;   v1:i64 = const 0x0000000100020000
;;   v2:i32 = ge_u v0, v1
;;   branch v2, b1, b2
;; b1: (preds b0)
;;   trap_access m1[v0]
;; b2: (preds b0)
;;   v5:i64 = load m1[v0]
;;   v10:i64 = load m1[v0+8]
;;   v11:i64 = add v5, v10
;;   v14:i64 = const 131064
;;   v15:i32 = gt_u v0, v14
;;   v17 = branch v15, b3, b4
;; b3: (preds b2)
;;   trap_access m1[v0+0x0000000100000000]
;; b4: (preds b2)
;;   v19:i64 = load m1[v0+0x0000000100000000]
;;   v20:i64 = add v11, v19
;;   return v20
;; expect asm:
;; func $fields
;; block 0 → 1 2
;;        0  entry           rax:=
;;        1  mov_imm         rcx:=, 131072:1  ; 46
;;        2  cmp             rax, rcx  ; 46
;;        3  jcc.ae           ; 46
;; block 1 cold
;;        4  trap            rax, trap 1  ; 46
;; block 2 → 3 4
;;        5  mov             rcx:=, [rax + 268435456] !  ; 46
;;        6  add             rcx:=, rcx, [rax + 268435464] !  ; 51
;;        7  cmp             rax, 131064  ; 57
;;        8  jcc.a            ; 57
;; block 3 cold
;;        9  trap            trap 1  ; 57
;; block 4
;;       10  mov_imm         rdx:=, 268435456:1  ; 57
;;       11  mov             rdx:=, [rdx + rax*1 + 0] !  ; 57
;;            rax ← rcx (8)
;;       12  add             rax:=, rax, rdx  ; 64
;;       13  ret             rax  ; 65
