package pattern_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/pattern"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ message, want string }{
		{"", ""},
		{"card declined", "card declined"},
		{"order 17 not found", "order * not found"},
		{"order-17 not found", "order-* not found"},
		{"took 1,234.5ms, limit 30s", "took *, limit *"},
		{"user 6f1c3c9e-0b1a-4b7e-9e0f-2a7c1d9b8e10 is locked", "user * is locked"},
		{"no customer cus_9xk2QmZp1", "no customer cus_*"},
		{"dial tcp 10.0.3.17:5432: connect: connection refused", "dial tcp *: connect: connection refused"},
		{"dial tcp [fe80::1]:5432: connect: connection refused", "dial tcp [*]:*: connect: connection refused"},
		{"lookup db-3.internal: no such host", "lookup db-*.internal: no such host"},
		{"invalid address ann@example.org", "invalid address *"},
		{"deadline 2026-11-29T19:00:01.5Z passed", "deadline * passed"},
		{"deadline Sun Nov 29 2026 19:00:01 GMT+0000 passed", "deadline * GMT+* passed"},
		{"GET https://api.stripe.com/v1/charges/ch_3NxA9?expand=x: timeout", "GET https://api.stripe.com/v*/charges/ch_*: timeout"},
		{"open /var/lib/app/job-17.json: permission denied", "open /var/lib/app/job-*.json: permission denied"},
		{"Request failed with status code 503", "Request failed with status code 503"},
		{"Request failed with status code 404", "Request failed with status code 404"},
		{"ERROR: duplicate key (SQLSTATE 23505)", "ERROR: duplicate key (SQLSTATE 23505)"},
		{"exit status 137", "exit status 137"},
		{"can't read the user's file", "can't read the user's file"},
		{`KeyError: 'order_17'`, `KeyError: 'order_*'`},
		{`invalid input: "the quick brown fox"`, `invalid input: "*"`},
		{"Traceback (most recent call last):\n  File \"x.py\", line 3\nValueError: bad row 3", "ValueError: bad row *"},
		{"Traceback (most recent call last):\n  File \"x.py\", line 3\n    f()\nValidationError: 1 validation error for Order\ncustomer\n  Field required\n    See page 3", "ValidationError: * validation error for Order"},
		{"Traceback (most recent call last):\n  x\nKeyError: 'a'\n\nDuring it:\n\nTraceback (most recent call last):\n  y\nOSError: disk 3 is full", "OSError: disk * is full"},
		{"Traceback (most recent call last):\n  cut off at 3", "cut off at *"},
		{"\nInvalid `prisma.order.create()` invocation:\n\n\n  Unique constraint failed on order 3\n    at run (x.js:1:2)", "Invalid `prisma.order.create()` invocation: Unique constraint failed on order *"},
		{"it failed:", "it failed:"},
		{"nil pointer at 0xc000123450", "nil pointer at *"},
		{"first line 1\nsecond line", "first line *"},
		{"ids [1, 2, 3] are gone", "ids [*] are gone"},
		{"unbalanced \"quote 3", "unbalanced \"quote *"},
		{strings.Repeat("é", 300), strings.Repeat("é", 200)},
	} {
		if got := pattern.Of(test.message); got != test.want {
			t.Errorf("%q has the pattern\n%q, want\n%q", test.message, got, test.want)
		}
	}
}

func TestMergeMasksWordsInWhichManyDiffer(t *testing.T) {
	t.Parallel()
	names := []string{"ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal", "ida"}
	var texts []string
	for _, name := range names {
		texts = append(texts, fmt.Sprintf("customer %s is locked", name), fmt.Sprintf("no role '%s'", name), name)
	}
	texts = append(texts, "cannot read the file", "cannot read the header", "customer ann is new")
	distinct := map[string]int{}
	for _, text := range pattern.Merge(texts) {
		distinct[text]++
	}
	for text, count := range map[string]int{"customer * is locked": 9, "no role '*'": 9, "cannot read the file": 1, "cannot read the header": 1, "ann": 1, "customer ann is new": 1} {
		if distinct[text] != count {
			t.Errorf("%q stands for %d patterns, want %d: %v", text, distinct[text], count, distinct)
		}
	}
	if len(distinct) != 5+len(names) {
		t.Errorf("%d patterns: %v", len(distinct), distinct)
	}
}

// Merging patterns one word after the other must not count a pattern twice that an earlier word has
// made equal to another.
func TestMergeCountsDifferentWordsOnly(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, name := range []string{"ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal"} {
		texts = append(texts, name+" lost the key", name+" lost the door")
	}
	distinct := map[string]bool{}
	for _, text := range pattern.Merge(texts) {
		distinct[text] = true
	}
	if len(distinct) != 2 || !distinct["* lost the key"] || !distinct["* lost the door"] {
		t.Errorf("%v", distinct)
	}
}

func FuzzOf(f *testing.F) {
	for _, seed := range []string{"order 17", "'", "a'b", "\"x y\"", "::", "1,2,,3", "é'é", "http://", "--", "*", "a-1-2.3@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, message string) {
		got := pattern.Of(message)
		if utf8.ValidString(message) && !utf8.ValidString(got) {
			t.Errorf("%q has the pattern %q, which is no UTF-8", message, got)
		}
		if again := pattern.Of(message); again != got {
			t.Errorf("%q has the patterns %q and %q", message, got, again)
		}
		if strings.ContainsAny(got, "\n\t\r") {
			t.Errorf("%q has a pattern of several lines: %q", message, got)
		}
		pattern.Merge([]string{got, got + " x", "y " + got})
	})
}
