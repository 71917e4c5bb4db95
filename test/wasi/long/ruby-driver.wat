;; Makes a program of ruby.wasm, which is a library for JavaScript: starts Ruby with the arguments "ruby", "-EUTF-8" and
;; "-e_=0", as @ruby/wasm-wasi does, and loads the script /app/start.rb. The exit status is Ruby's state: 0, or 6 for an
;; exception. Joined with ruby.wasm and ruby-abi.wat by wasm-merge (ruby.ts).
(module
  (import "ruby" "memory" (memory 0))
  (import "ruby" "_initialize" (func $initialize))
  (import "ruby" "cabi_realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (import "ruby" "ruby-init: func(args: list<string>) -> ()" (func $init (param i32 i32)))
  (import "ruby" "ruby-init-loadpath: func() -> ()" (func $init_loadpath))
  (import "ruby" "rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>"
    (func $eval (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))

  (func $allocate (param $bytes i32) (result i32)
    (call $realloc (i32.const 0) (i32.const 0) (i32.const 8) (local.get $bytes)))

  ;; A string of up to 8 bytes, and its address and length in the list.
  (func $argument (param $slot i32) (param $length i32) (param $text i64)
    (local $at i32)
    (local.set $at (call $allocate (i32.const 8)))
    (i64.store (local.get $at) (local.get $text))
    (i32.store (local.get $slot) (local.get $at))
    (i32.store offset=4 (local.get $slot) (local.get $length)))

  (func (export "_start")
    (local $at i32)
    (call $initialize)
    (local.set $at (call $allocate (i32.const 24)))
    (call $argument (local.get $at) (i32.const 4) (i64.const 0x79627572))
    (call $argument (i32.add (local.get $at) (i32.const 8)) (i32.const 7) (i64.const 0x382d465455452d))
    (call $argument (i32.add (local.get $at) (i32.const 16)) (i32.const 5) (i64.const 0x303d5f652d))
    (call $init (local.get $at) (i32.const 3))
    (call $init_loadpath)
    ;; load "/app/start.rb"
    (local.set $at (call $allocate (i32.const 24)))
    (i64.store (local.get $at) (i64.const 0x612f222064616f6c))
    (i64.store offset=8 (local.get $at) (i64.const 0x74726174732f7070))
    (i64.store offset=16 (local.get $at) (i64.const 0x2262722e))
    (call $exit (i32.load offset=4 (call $eval (local.get $at) (i32.const 20))))))
