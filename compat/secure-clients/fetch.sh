#!/bin/bash
# Builds the Go client; the others are scripts that use what their own suites fetched.
set -euo pipefail
cd "$WORK"
cp "$SUITE/secure.go" main.go
cat > go.mod <<'M'
module secure

go 1.23
M
export GOFLAGS=-mod=mod
go get github.com/segmentio/kafka-go@v0.4.51
go get github.com/segmentio/kafka-go/sasl/scram@v0.4.51
go build -o secure .
