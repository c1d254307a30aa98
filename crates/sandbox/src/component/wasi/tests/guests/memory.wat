  ;; The memory of every guest of these tests. Allocation goes up and never back.
  (memory (export "memory") 4)
  (global $top (mut i32) (i32.const 65536))
  (func $alloc (export "cabi_realloc")
    (param $old i32) (param $old_bytes i32) (param $align i32) (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and
      (i32.add (global.get $top) (i32.const 7))
      (i32.const -8)))
    (global.set $top (i32.add (local.get $at) (local.get $bytes)))
    (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536)))
      (then (drop (memory.grow (i32.add
        (i32.div_u (local.get $bytes) (i32.const 65536))
        (i32.const 1))))))
    (local.get $at))
