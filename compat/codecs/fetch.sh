#!/bin/bash
# Builds the Go client; the others are scripts that use what their own suites fetched.
set -euo pipefail
cd "$WORK"
cat > go.mod <<'M'
module cross

go 1.23
M
cat > main.go <<'G'
// Writes records to, and reads them from, topics of one partition. See run.sh for the arguments.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

func main() {
	broker, rest := os.Args[2], os.Args[3:]
	if os.Args[1] == "produce" {
		for _, pair := range rest[1:] {
			topic, codec, _ := strings.Cut(pair, "=")
			produce(broker, rest[0], topic, codec)
		}
		return
	}
	count, err := strconv.Atoi(rest[1])
	check(err)
	for _, topic := range rest[2:] {
		consume(broker, rest[0], topic, count)
	}
}

func produce(broker, input, topic, codec string) {
	codecs := map[string]kafka.Compression{"gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd}
	writer := &kafka.Writer{Addr: kafka.TCP(broker), Topic: topic, Compression: codecs[codec],
		RequiredAcks: kafka.RequireAll, BatchSize: 100, BatchTimeout: 20 * time.Millisecond}
	file, err := os.Open(input)
	check(err)
	defer file.Close()
	var messages []kafka.Message
	for lines := bufio.NewScanner(file); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), "\t")
		messages = append(messages, kafka.Message{Key: []byte(key), Value: []byte(value)})
	}
	check(writer.WriteMessages(context.Background(), messages...))
	check(writer.Close())
}

func consume(broker, folder, topic string, count int) {
	out, err := os.Create(folder + "/" + topic)
	check(err)
	defer out.Close()
	limit, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{broker}, Topic: topic, Partition: 0, MaxBytes: 1 << 20,
		MaxWait: 100 * time.Millisecond})
	defer reader.Close()
	for range count {
		message, err := reader.ReadMessage(limit)
		if err != nil {
			fmt.Fprintln(os.Stderr, topic, err)
			return
		}
		fmt.Fprintf(out, "%s\t%s\n", message.Key, message.Value)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
G
export GOFLAGS=-mod=mod
go get github.com/segmentio/kafka-go@v0.4.51
go build -o cross .
