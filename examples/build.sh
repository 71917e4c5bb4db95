#!/bin/sh
# Makes the modules of this folder anew from their sources (Debian: clang-16 lld-16 wasi-libc libclang-rt-16-dev-wasm32;
# Rust with its target wasm32-wasip1; asc of this repository). Those of the .wat files are made by the tests.
cd "$(dirname "$0")" || exit 1
for name in reader columns; do
  clang-16 --target=wasm32-wasi -Os -Wl,--strip-all -o "$name.wasm" "$name.c" || exit 1
done
../node_modules/.bin/asc fibonacci.ts -O3 --runtime stub -o fibonacci.wasm || exit 1
rustc --edition 2021 --target wasm32-wasip1 -C opt-level=s -C lto=fat -C panic=abort -C strip=symbols \
  -C codegen-units=1 --remap-path-prefix "$(pwd)=." --remap-path-prefix "$HOME=." wordcount.rs -o wordcount.wasm || exit 1
chmod 644 ./*.wasm
