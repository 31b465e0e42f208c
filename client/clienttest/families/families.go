// Package families writes error messages as the libraries of applications do, for tests and benchmarks
// of groups of failures. Each family is one cause, whose messages differ in ids, numbers, times, hosts,
// names and texts.
package families

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A Message is an error message, and the family that it belongs to.
type Message struct {
	Family int
	Text   string
}

// Count is the number of families.
func Count() int { return len(templates) }

// Messages returns messages of all families, in an order that the seed decides. A few families have
// most of them, as failures in production do.
func Messages(count int, seed uint64) []Message {
	w := writer{rand.New(rand.NewPCG(seed, 1))}
	list := make([]Message, count)
	for i := range list {
		family := min(w.IntN(len(templates)), w.IntN(len(templates)))
		list[i] = Message{family, w.fill(templates[family])}
	}
	return list
}

// templates are the forms of the messages; the parts in braces differ.
var templates = [...]string{
	"ERROR: duplicate key value violates unique constraint \"orders_reference_key\" (SQLSTATE 23505)",
	"dial tcp {ip}:{n}: connect: connection refused",
	"Request failed with status code 503",
	"Request failed with status code 404",
	"HTTPSConnectionPool(host='{host}', port=443): Max retries exceeded with url: /v1/{word}/{id} (Caused by ConnectTimeoutError(<HTTPSConnection object at {hex}>, 'Connection to {host} timed out. (connect timeout={n})'))",
	"HikariPool-{n} - Connection is not available, request timed out after {n}ms (total={n}, active={n}, idle={n}, waiting={n})",
	"order {uuid} has no customer",
	"deadlock detected\nDetail: Process {n} waits for ShareLock on transaction {n}; blocked by process {n}.",
	"could not serialize access due to concurrent update",
	"getaddrinfo ENOTFOUND {host}",
	"connect ECONNREFUSED {ip}:{n}",
	"read ECONNRESET",
	"Rate limit reached for organization org-{id}: limit {n} requests per minute, please try again in {n}ms",
	"x509: certificate has expired or is not yet valid: current time {time} is after {time}",
	"Cannot read properties of undefined (reading 'id')",
	"KeyError: '{word}'",
	"Traceback (most recent call last):\n  File \"/app/{word}.py\", line {n}, in run\nValueError: invalid literal for int() with base 10: '{word}'",
	"No such key: s3://{word}-bucket/{date}/{uuid}.parquet",
	"context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
	"rpc error: code = Unavailable desc = transport: error while dialing: dial tcp: lookup {host}: no such host",
	"rpc error: code = ResourceExhausted desc = received message larger than max ({n} vs. {n})",
	"Your card has insufficient funds. (request req_{id})",
	"No such payment method: 'pm_{id}'",
	"validation failed: field \"{word}\" is required",
	"user {email} is not verified",
	"MOVED {n} {ip}:{n}",
	"OOM command not allowed when used memory > 'maxmemory'",
	"Error: Command failed: ffmpeg -i /tmp/{uuid}/input.mp4 exited with code 137",
	"org.apache.kafka.common.errors.TimeoutException: Topic {word} not present in metadata after {n} ms",
	"java.lang.NullPointerException: Cannot invoke \"Customer.getId()\" because \"customer\" is null",
	"The operation {uuid} was cancelled by {word} at {time}",
	"Payload of {n} bytes exceeds the limit of {n} bytes",
	"SMTP 550 5.1.1 <{email}>: Recipient address rejected",
	"Unexpected token {word} in JSON at position {n}",
	"ENOSPC: no space left on device, write '/var/data/{id}.tmp'",
	"AccessDenied: User: arn:aws:iam::{n}:user/{word} is not authorized to perform: s3:GetObject",
	"job {n} exceeded its deadline of {n}s on worker-{n} ({host})",
	"webhook for tenant {word} answered {n} times with an empty body",
	"inventory: item {word} of warehouse {n} is locked until {time}",
	"subprocess exited with signal 9 after {n} seconds",
}

// A writer fills templates.
type writer struct{ *rand.Rand }

func (w writer) fill(template string) string {
	var b strings.Builder
	for {
		text, rest, found := strings.Cut(template, "{")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		kind, after, _ := strings.Cut(rest, "}")
		b.WriteString(w.value(kind))
		template = after
	}
}

func (w writer) value(kind string) string {
	switch kind {
	case "n":
		return fmt.Sprint(w.IntN(1 << w.IntN(24)))
	case "ip":
		return fmt.Sprintf("10.%d.%d.%d", w.IntN(256), w.IntN(256), w.IntN(256))
	case "host":
		return fmt.Sprintf("%s-%d.%s.internal", w.word(), w.IntN(40), []string{"eu", "us", "ap"}[w.IntN(3)])
	case "hex":
		return fmt.Sprintf("0x%012x", w.Uint64()>>16)
	case "id":
		return w.letters("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 14)
	case "uuid":
		return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", w.Uint32(), w.IntN(1<<16), w.IntN(1<<12), w.IntN(1<<12), w.Uint64()>>16)
	case "time":
		return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:%02d.%03dZ", 1+w.IntN(12), 1+w.IntN(28), w.IntN(24), w.IntN(60), w.IntN(60), w.IntN(1000))
	case "date":
		return fmt.Sprintf("2026/%02d/%02d", 1+w.IntN(12), 1+w.IntN(28))
	case "email":
		return w.word() + "." + w.word() + "@example.org"
	}
	return w.word()
}

// word returns a name of letters, one of a few hundred.
func (w writer) word() string {
	syllables := [...]string{"ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "mu", "ne", "pi", "ro", "su", "ta", "ve", "zo"}
	return syllables[w.IntN(16)] + syllables[w.IntN(16)] + []string{"", "n", "r"}[w.IntN(3)]
}

func (w writer) letters(from string, count int) string {
	b := make([]byte, count)
	for i := range b {
		b[i] = from[w.IntN(len(from))]
	}
	return string(b)
}
