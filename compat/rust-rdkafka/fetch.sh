#!/bin/bash
# Copies the rdkafka crate with its tests out of cargo's registry and builds its test binaries (librdkafka from source).
set -euo pipefail
cd "$WORK"
mkdir -p pull/src && echo 'fn main() {}' > pull/src/main.rs
printf '[package]\nname = "pull"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nrdkafka = "=0.39.0"\n[workspace]\n' > pull/Cargo.toml
(cd pull && cargo fetch -q)
cp -r "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/rdkafka-0.39.0 suite
printf '\n[workspace]\n' >> suite/Cargo.toml
cd suite
env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 cargo test -q --tests --no-run --target-dir "$WORK/build"
