;; The average of the numbers from 1 to the first argument, scaled by the second; it does not expect 0.
(module $average
  (memory 1)
  (func $put (param $at i32) (param $value i32)
    (i32.store (i32.mul (local.get $at) (i32.const 4)) (local.get $value)))
  (func $sum (param $count i32) (result i32)
    (local $total i32)
    (loop $next
      (local.set $total (i32.add (local.get $total) (i32.load (i32.mul (local.get $count) (i32.const 4)))))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (local.get $total))
  (func $average (export "average") (param $count i32) (param $scale i32) (result i32)
    (local $i i32)
    (local.set $i (local.get $count))
    (loop $fill
      (call $put (local.get $i) (local.get $i))
      (br_if $fill (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i32.div_s (call $sum (local.get $count)) (local.get $scale)))
  (func (export "forever") (loop $again (br $again))))
