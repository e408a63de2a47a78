#!/bin/bash
# Builds kafka-go's own test binary from the module, and makes a copy of the files that its tests read.
set -euo pipefail
cd "$WORK"
export GOFLAGS=-mod=mod
[ -e go.mod ] || go mod init suite 2> /dev/null
go get -t github.com/segmentio/kafka-go@v0.4.51
go test -c -o kafka-go.test github.com/segmentio/kafka-go
cp -r "$(go list -m -f '{{.Dir}}' github.com/segmentio/kafka-go)" suite
chmod -R u+w suite
