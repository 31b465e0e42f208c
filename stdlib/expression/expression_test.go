package expression

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          *Match
	}{
		{`\d+`, "a 12 b", &Match{Text: "12", From: 3, To: 4, Groups: []string{}, Named: map[string]string{}}},
		{`x*`, "ab", &Match{Text: "", From: 1, To: 0, Groups: []string{}, Named: map[string]string{}}},
		{`(?P<word>\w+)(=(?P<n>\d))?`, "é ab", &Match{Text: "ab", From: 4, To: 5, Groups: []string{"ab", "", ""}, Named: map[string]string{"word": "ab"}}},
		{`x`, "ab", nil},
	} {
		if got := Find(regexp.MustCompile(c.pattern), c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s in %q: %+v", c.pattern, c.text, got)
		}
	}
}

func TestCaptures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          []any
	}{
		{`\d+`, "a12", []any{"12"}},
		{`(\d)(x)?(\d)`, "a12", []any{"1", nil, "2"}},
		{`(x)`, "a12", []any{nil}},
	} {
		if got := Captures(regexp.MustCompile(c.pattern), c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s in %q: %v", c.pattern, c.text, got)
		}
	}
}

func replaced(re *regexp.Regexp, text string, limit, most int, replacement Replacer) (string, error) {
	found, err := Places(re, text, limit)
	if err != nil {
		return "", err
	}
	return Replace(text, found, most, replacement)
}

func TestReplace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text, with string
		limit               int
		want                string
	}{
		{`(\w)=(?P<n>\d)`, "a=1, b=2", "${n}:$1 $$", -1, "1:a $, 2:b $"},
		{`\d`, "1 2 3", "x", 2, "x x 3"},
		{`x*`, "abc", "-", -1, "-a-b-c-"},
		{`z`, "abc", "-", -1, "abc"},
	} {
		re := regexp.MustCompile(c.pattern)
		if got, err := replaced(re, c.text, c.limit, 100, Expanded(re, c.text, c.with)); got != c.want || err != nil {
			t.Errorf("%s in %q: %q, %v", c.pattern, c.text, got, err)
		}
	}
}

func TestReplaceEnds(t *testing.T) {
	t.Parallel()
	re, broken := regexp.MustCompile("a"), errors.New("broken")
	if _, err := replaced(re, "aa", -1, 100, func([]any, []int) (string, error) { return "", broken }); err != broken {
		t.Error(err)
	}
	if got, err := replaced(re, "aab", -1, 9, Expanded(re, "aab", "1234")); err != nil || got != "12341234b" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := replaced(re, "aab", -1, 8, Expanded(re, "aab", "1234")); err == nil || err.Error() != "the text would have more than 8 bytes" {
		t.Error(err)
	}
}

func TestNobodyCollectsWithoutEnd(t *testing.T) {
	t.Parallel()
	re, text := regexp.MustCompile("a"), strings.Repeat("a", maxMatches+1)
	_, found := FindAll(re, text, -1)
	_, split := Split(re, text, -1)
	if found != errManyMatches || split != errManyMatches {
		t.Errorf("%v, %v", found, split)
	}
}

// It finds, divides and replaces as package regexp does.
func TestLikeTheLibrary(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOf(rapid.SampledFrom([]rune("abé1 ")))
	pattern := rapid.SampledFrom([]string{"a", "b*", `(a)(1)?`, `\b`, `(?P<x>.)\s`, "$", "a|b|é"})
	rapid.Check(t, func(t *rapid.T) {
		re, text := regexp.MustCompile(pattern.Draw(t, "pattern")), letters.Draw(t, "text")
		with, limit := rapid.SampledFrom([]string{"", "<$0>", "$1${x}"}).Draw(t, "with"), rapid.IntRange(-1, 3).Filter(func(n int) bool { return n != 0 }).Draw(t, "limit")
		if got, err := replaced(re, text, -1, 10_000, Expanded(re, text, with)); err != nil || got != re.ReplaceAllString(text, with) {
			t.Fatalf("%q (%v), want %q", got, err, re.ReplaceAllString(text, with))
		}
		parts, err := Split(re, text, limit)
		if err != nil || !reflect.DeepEqual(parts, re.Split(text, limit)) {
			t.Fatalf("%q (%v)", parts, err)
		}
		matches, err := FindAll(re, text, limit)
		if want := re.FindAllString(text, limit); err != nil || len(matches) != len(want) {
			t.Fatalf("%v (%v), want %v", matches, err, want)
		}
		for _, m := range matches {
			if text[m.From-1:m.To] != m.Text {
				t.Fatalf("%+v in %q", m, text)
			}
		}
	})
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	var c Cache
	for pattern, want := range map[string]string{
		`a(`:      "missing closing ): a(",
		`(?=a)`:   "(?= is not in the syntax of RE2, which has no lookaround and no backreferences",
		`[z-a]`:   "invalid character class range: z-a",
		`(a)\1`:   `invalid escape sequence: \1`,
		"a{1001}": "invalid repeat count: {1001}",
	} {
		if _, err := c.Compile(pattern); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", pattern, err, want)
		}
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	var c Cache
	first, err := c.Compile("0")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * maxKept {
		if _, err := c.Compile(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if kept, _ := c.Compile("0"); kept != first {
			t.Fatalf("after %d: what is used is compiled again", i)
		}
	}
	if len(c.found) != maxKept || c.order.Len() != maxKept {
		t.Errorf("%d, %d", len(c.found), c.order.Len())
	}
}
