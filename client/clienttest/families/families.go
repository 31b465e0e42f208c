// Package families writes error messages as the libraries of applications do, for tests and
// benchmarks of groups of failures. Each family is one cause, whose messages differ in ids,
// numbers, times, hosts, names and texts. Their forms are these of reports in public issue
// trackers; the values are not.
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
	"Step {word} has exceeded its maximum of {n} retries. Previous errors: Error 1: connect ETIMEDOUT {ip}:{n}. Error 2: connect ETIMEDOUT {ip}:{n}",
	"deadlock detected\nDetail: Process {n} waits for ShareLock on transaction {n}; blocked by process {n}.",
	"could not serialize access due to concurrent update",
	"getaddrinfo ENOTFOUND {host}",
	"connect ECONNREFUSED {ip}:{n}",
	"read ECONNRESET",
	"429 Rate limit reached for gpt-4.1 in organization org-{id} on tokens per min (TPM): Limit {n}, Used {n}, Requested {n}. Please try again in {n}ms. Visit https://platform.openai.com/account/rate-limits to learn more.",
	"x509: certificate has expired or is not yet valid: current time {time} is after {time}",
	"Cannot read properties of undefined (reading 'id')",
	"KeyError: '{word}'",
	"Traceback (most recent call last):\n  File \"/app/{word}.py\", line {n}, in run\nValueError: invalid literal for int() with base 10: '{word}'",
	"An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.",
	"An error occurred (ThrottlingException) when calling the List{word} operation (reached max retries: {n}): Rate exceeded",
	"context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
	"rpc error: code = Unavailable desc = transport: error while dialing: dial tcp: lookup {host}: no such host",
	"rpc error: code = ResourceExhausted desc = received message larger than max ({n} vs. {n})",
	"Your card has insufficient funds. (request req_{id})",
	"No such PaymentMethod: 'pm_{id}'",
	"{n} validation errors for Order\n{word}\n  Field required [type=missing, input_value={open}'id': {n}{close}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.7/v/missing",
	"E11000 duplicate key error collection: shop.users index: email_1 dup key: {open} email: \"{email}\" {close}",
	"MOVED {n} {ip}:{n}",
	"OOM command not allowed when used memory > 'maxmemory'",
	"Error: Command failed: ffmpeg -i /tmp/{uuid}/input.mp4 exited with code 137",
	"org.apache.kafka.common.errors.TimeoutException: Topic {word} not present in metadata after {n} ms",
	"java.lang.NullPointerException: Cannot invoke \"Customer.getId()\" because \"customer\" is null",
	"\nInvalid `prisma.{word}.findMany()` invocation:\n\n\nTimed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool (Current connection pool timeout: {n}, connection limit: {n})",
	"\nInvalid `prisma.{word}.create()` invocation:\n\n\nUnique constraint failed on the fields: (`{word}`)",
	"SMTP 550 5.1.1 <{email}>: Recipient address rejected",
	"Unexpected token {word} in JSON at position {n}",
	"ENOSPC: no space left on device, write '/var/data/{id}.tmp'",
	"AccessDenied: User: arn:aws:iam::{n}:user/{word} is not authorized to perform: s3:GetObject",
	"consuming input failed: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.",
	"QueuePool limit of size {n} overflow {n} reached, connection timed out, timeout {n}.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)",
	"Command '['ffmpeg', '-v', 'quiet', '-i', '/tmp/{id}/{word}.mp4']' returned non-zero exit status 1.",
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
	case "open":
		return "{"
	case "close":
		return "}"
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
