#!/bin/sh
# Rebuilds the modules of this folder from their C sources (Debian: clang-16 lld-16 wasi-libc libclang-rt-16-dev-wasm32).
cd "$(dirname "$0")" || exit 1
for source in *.c; do
  clang-16 --target=wasm32-wasi -O2 -Wl,--strip-debug -o "${source%.c}.wasm" "$source" || exit 1
  chmod 644 "${source%.c}.wasm"
done
