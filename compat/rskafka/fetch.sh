#!/bin/bash
# Copies the rskafka crate with its tests out of cargo's registry and builds its integration tests.
set -euo pipefail
cd "$WORK"
mkdir -p pull/src && echo 'fn main() {}' > pull/src/main.rs
printf '[package]\nname = "pull"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nrskafka = "=0.6.0"\n[workspace]\n' > pull/Cargo.toml
(cd pull && cargo fetch -q)
cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/rskafka-0.6.0 suite
printf '\n[workspace]\n' >> suite/Cargo.toml
cd suite
rm -f rust-toolchain.toml
# The version that the lock file names no longer compiles.
cargo update -q -p rsasl
env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 cargo test -q --features full --no-run --target-dir "$WORK/build" \
  --test client --test consumer --test produce_consume --test producer
