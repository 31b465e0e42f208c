package pattern

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func noPoll() {}

// render is a match as text: the whole match, then each capture, positions counted from 1 as in
// Lua.
func render(t *testing.T, source, subject string) string {
	t.Helper()
	p, err := Compile(source, true)
	if err != nil {
		return "error: " + err.Error()
	}
	m := NewMatcher(p, subject, noPoll)
	start, end := m.Find(0)
	if start < 0 {
		return "nil"
	}
	parts := []string{fmt.Sprintf("%d-%d", start+1, end)}
	for _, c := range m.Captures() {
		if c.End == Position {
			parts = append(parts, fmt.Sprintf("@%d", c.Start+1))
			continue
		}
		parts = append(parts, subject[c.Start:c.End])
	}
	return strings.Join(parts, " ")
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ pattern, subject, want string }{
		{"b", "abc", "2-2"},
		{"", "abc", "1-0"},
		{"^b", "abc", "nil"},
		{"a*", "aaab", "1-3"},
		{"a*", "baa", "1-0"},
		{"a+", "baa", "2-3"},
		{"a-b", "aaab", "1-4"},
		{"a-", "aaab", "1-0"},
		{"a?b", "aab", "2-3"},
		{"c$", "abc", "3-3"},
		{"a$", "a$b", "nil"},
		{"a$b", "a$b", "1-3"},
		{"b^", "ab^", "2-3"},
		{"(a)(b)", "xab", "2-3 a b"},
		{"((a)(b))", "xab", "2-3 ab a b"},
		{"()b()", "abc", "2-2 @2 @3"},
		{"(a*(.)%w(%s*))", "aab c", "1-4 aab  a  "},
		{"(.)%1", "abccd", "3-4 c"},
		{"(%a+)=%1", "x=y=y", "3-5 y"},
		{"%b()", "f(a(b)c)d", "2-8"},
		{"%b((", "a((", "2-3"},
		{"%bxy", "xxy", "2-3"},
		{"%f[%w]%w+", "  the end", "3-5"},
		{"%f[%z]", "ab", "3-2"},
		{"%f[%W]", "ab", "3-2"},
		{"[]]", "a]", "2-2"},
		{"[^]]", "]a", "2-2"},
		{"[a-]", "-", "1-1"},
		{"[-a]", "-", "1-1"},
		{"[%a-z]", "-", "1-1"},
		{"[a-c]+", "xabcd", "2-4"},
		{"[^a-c]+", "abxyc", "3-4"},
		{"[%]]", "]", "1-1"},
		{"[a%-z]", "-", "1-1"},
		{"%d+%.%d+", "v1.25", "2-5"},
		{"%S", " x", "2-2"},
		{"%g", " x", "2-2"},
		{"[%S%s]", " ", "1-1"},
		{"%.", "a.b", "2-2"},
		{"%%", "a%", "2-2"},
		{".", "\x00", "1-1"},
		{"%z", "a\x00", "2-2"},
		{"\x00a", "b\x00a", "2-3"},
		{"(a)*", "a*", "1-2 a"},
		{"*a", "*a", "1-2"},
		{"x*$", "axx", "2-3"},
		{"(a+)(a+)", "aaa", "1-3 aa a"},
		{"(a-)(a*)$", "aaa", "1-3  aaa"},
		{"]", "]", "1-1"},
		{"[", "a", "error: malformed pattern (missing ']')"},
		{"[]", "a", "error: malformed pattern (missing ']')"},
		{"[^]", "a", "error: malformed pattern (missing ']')"},
		{"[a%", "a", "error: malformed pattern (missing ']')"},
		{"%", "a", "error: malformed pattern (ends with '%')"},
		{"(a", "a", "error: unfinished capture"},
		{"a)", "a", "error: invalid pattern capture (a ')' without its '(')"},
		{"%1", "a", "error: invalid capture index %1"},
		{"(a%1)", "a", "error: invalid capture index %1"},
		{"%0", "a", "error: invalid capture index %0"},
		{"%b(", "a", "error: malformed pattern (missing arguments to '%b')"},
		{"%fa", "a", "error: malformed pattern (missing '[' after '%f')"},
		{strings.Repeat("()", 33), "a", "error: too many captures (at most 32)"},
	} {
		if got := render(t, v.pattern, v.subject); got != v.want {
			t.Errorf("%q in %q: got %q, want %q", v.pattern, v.subject, got, v.want)
		}
	}
}

func TestAnchorsOff(t *testing.T) {
	t.Parallel()
	p, err := Compile("^a", false)
	if err != nil {
		t.Fatal(err)
	}
	if start, end := NewMatcher(p, "a^a", noPoll).Find(0); start != 1 || end != 3 {
		t.Errorf("got %d-%d, want 1-3", start, end)
	}
}

// simpleMatch is the specification by recursion: no choice list, no set, one subject byte at a
// time.
func simpleMatch(items []item, subject string, at int, caps *[MaxCaptures]Capture) int {
	if len(items) == 0 {
		return at
	}
	it, rest := items[0], items[1:]
	if it.kind == single && it.repeat != 0 {
		return simpleRepeat(it, rest, subject, at, caps)
	}
	p := &Pattern{items: items[:1]}
	m := &Matcher{pattern: p, subject: subject, poll: noPoll, captures: *caps}
	next := m.item(0, at)
	if next < 0 {
		return -1
	}
	saved := *caps
	*caps = m.captures
	end := simpleMatch(rest, subject, next, caps)
	if end < 0 {
		*caps = saved
	}
	return end
}

func simpleRepeat(it item, rest []item, subject string, at int, caps *[MaxCaptures]Capture) int {
	ends := []int{at}
	for i := at; i < len(subject) && it.set.has(subject[i]); i++ {
		ends = append(ends, i+1)
	}
	switch {
	case it.repeat == '+':
		ends = ends[1:]
	case it.repeat == '?' && len(ends) > 2:
		ends = ends[:2]
	}
	for i := range ends {
		pick := ends[len(ends)-1-i]
		if it.repeat == '-' {
			pick = ends[i]
		}
		if end := simpleMatch(rest, subject, pick, caps); end >= 0 {
			return end
		}
	}
	return -1
}

func TestAgreesWithTheRecursiveDefinition(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"a", "b", ".", "%a", "[ab]", "[^a]", "a*", "b+", ".-", "a?", ".*", "(", ")", "()", "%1", "%bab", "%f[a]", "$", "^"})
	rapid.Check(t, func(rt *rapid.T) {
		source := strings.Join(rapid.SliceOfN(piece, 0, 7).Draw(rt, "pattern"), "")
		subject := rapid.StringOfN(rapid.SampledFrom([]rune("ab$c")), 0, 9, -1).Draw(rt, "subject")
		p, err := Compile(source, true)
		if err != nil {
			var bad Error
			if !errors.As(err, &bad) {
				rt.Fatalf("%q: %v is not a pattern error", source, err)
			}
			return
		}
		m := NewMatcher(p, subject, noPoll)
		for at := 0; at <= len(subject); at++ {
			var caps [MaxCaptures]Capture
			want := simpleMatch(p.items, subject, at, &caps)
			got := m.At(at)
			if got != want {
				rt.Fatalf("%q at %d of %q: got end %d, want %d", source, at, subject, got, want)
			}
			if got < 0 {
				continue
			}
			for i, c := range m.Captures() {
				if c != caps[i] {
					rt.Fatalf("%q at %d of %q: capture %d is %v, want %v", source, at, subject, i+1, c, caps[i])
				}
			}
		}
	})
}

func TestPathologicalPatternPolls(t *testing.T) {
	t.Parallel()
	p, err := Compile(strings.Repeat("a*", 30)+"b", true)
	if err != nil {
		t.Fatal(err)
	}
	type stop struct{}
	polls := 0
	m := NewMatcher(p, strings.Repeat("a", 1<<20), func() {
		if polls++; polls == 100 {
			panic(stop{})
		}
	})
	defer func() {
		if _, stopped := recover().(stop); !stopped {
			t.Error("the match was not ended by the poll")
		}
	}()
	m.Find(0)
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{"a*b", "(%a+)=(%d-)$", "[^%]x-]", "%b()%f[%w]", "%1", "(()"} {
		f.Add(seed, "key=12 (x)")
	}
	f.Fuzz(func(t *testing.T, source, subject string) {
		if len(subject) > 64 || len(source) > 64 {
			return
		}
		p, err := Compile(source, true)
		if err != nil {
			return
		}
		polls := 0
		type stop struct{}
		defer func() {
			if r := recover(); r != nil && r != (stop{}) {
				panic(r)
			}
		}()
		m := NewMatcher(p, subject, func() {
			if polls++; polls > 100 {
				panic(stop{})
			}
		})
		if start, end := m.Find(0); start > end || end > len(subject) {
			t.Fatalf("%q in %q: match %d-%d", source, subject, start, end)
		}
	})
}
