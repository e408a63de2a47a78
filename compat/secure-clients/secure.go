// Writes ten records over TLS and reads them back: secure ADDRESS MECHANISM USER SECRET TOPIC FOLDER. Prints `ok`, or why not.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

func main() {
	address, name, user, secret, topic, folder := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6]
	authority, err := os.ReadFile(folder + "/ca.pem")
	check(err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	config := &tls.Config{RootCAs: roots}
	var mechanism sasl.Mechanism
	switch name {
	case "plain":
		mechanism = plain.Mechanism{Username: user, Password: secret}
	case "scram256":
		mechanism, err = scram.Mechanism(scram.SHA256, user, secret)
	case "scram512":
		mechanism, err = scram.Mechanism(scram.SHA512, user, secret)
	case "mtls":
		var pair tls.Certificate
		pair, err = tls.LoadX509KeyPair(secret, secret)
		config.Certificates = []tls.Certificate{pair}
	}
	check(err)
	limit, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	transport := &kafka.Transport{TLS: config, SASL: mechanism, DialTimeout: 5 * time.Second}
	writer := &kafka.Writer{Addr: kafka.TCP(address), Topic: topic, RequiredAcks: kafka.RequireAll, MaxAttempts: 2,
		BatchTimeout: 10 * time.Millisecond, Transport: transport}
	var messages []kafka.Message
	for at := range 10 {
		messages = append(messages, kafka.Message{Value: fmt.Appendf(nil, "go %d", at)})
	}
	check(writer.WriteMessages(limit, messages...))
	dialer := &kafka.Dialer{TLS: config, SASLMechanism: mechanism, Timeout: 5 * time.Second}
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{address}, Topic: topic, Partition: 0, Dialer: dialer,
		MaxWait: 100 * time.Millisecond})
	for at := range 10 {
		message, err := reader.ReadMessage(limit)
		check(err)
		if string(message.Value) != fmt.Sprintf("go %d", at) {
			check(fmt.Errorf("read %q at %d", message.Value, at))
		}
	}
	fmt.Println("ok")
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
