package puc

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Deviation is a difference from Lua 5.1 on purpose. Both outputs are rewritten by it before they
// are compared.
type Deviation struct {
	// Doc is the heading in docs/reference/lua.md under which the difference is explained.
	Doc     string
	rewrite func(string) string
}

var (
	numeral   = regexp.MustCompile(`[0-9.]+`)
	undefined = regexp.MustCompile(`(undefined global "\w+")(?: \([^\n]*?\?\))?`)
	forValue  = regexp.MustCompile(`(?:the )?'for'(?: loop's)? (initial value|limit|step) must be a number[^\n"]*`)
	operand   = regexp.MustCompile(`attempt to (index|call|perform arithmetic on|concatenate|get length of) (?:\w+ '[^']*' \()?(?:an? )(\w+) value\)?` +
		`(?: \((?:[a-z]+ "[^"]*"|[^()"]*)\))?(?: with the key (?:"[^"]*"|[^\s"]+))?`)
	textOperand = regexp.MustCompile(`on the string "(?:[^"\\]|\\.)*", which is no number \([^)]*\)`)
	compared    = regexp.MustCompile(`(attempt to compare (?:two \w+ values|\w+ with \w+))(?: \([^)]*\))?`)
	position    = regexp.MustCompile(`p:\d+: (attempt to compare|attempt to yield|invalid key|invalid order)`)
	yield       = regexp.MustCompile(`attempt to yield [^\n"]*`)
	badArgument = regexp.MustCompile(`(bad argument #\d+ to '[^']*'|calling '[^']*' on bad self) \([^\n]*?\)"`)
	badFormat   = regexp.MustCompile(`invalid (?:format|option)[^\n"]*`)
	fraction    = regexp.MustCompile(`^0\.\d`)
	exponent    = regexp.MustCompile(`\de$`)
	badPattern  = regexp.MustCompile(`(?:malformed pattern|invalid capture index|invalid pattern capture|missing '\[|unbalanced pattern|unfinished capture)[^\n]*"`)
)

// Deviations returns every rewriting in the order in which they apply.
func Deviations() []Deviation {
	return []Deviation{
		{"Numbers", func(s string) string { return strings.ReplaceAll(s, "-nan", "nan") }},
		{"Numbers", replaceZeros},
		{"Numbers", func(s string) string { return numeral.ReplaceAllStringFunc(s, shortened) }},
		{"Error messages", func(s string) string { return operand.ReplaceAllString(s, "attempt to $1 $2") }},
		{"Error messages", func(s string) string { return textOperand.ReplaceAllString(s, "on string") }},
		{"Error messages", func(s string) string { return compared.ReplaceAllString(s, "$1") }},
		{"Error messages", func(s string) string { return position.ReplaceAllString(s, "$1") }},
		{"Error messages", func(s string) string { return yield.ReplaceAllString(s, "attempt to yield") }},
		{"Error messages", func(s string) string { return badArgument.ReplaceAllString(s, `$1"`) }},
		{"Error messages", func(s string) string { return badFormat.ReplaceAllString(s, "invalid format") }},
		{"Error messages", func(s string) string { return badPattern.ReplaceAllString(s, `malformed pattern"`) }},
		{"Error messages", func(s string) string { return forValue.ReplaceAllString(s, "'for' $1 must be a number") }},
		{"Undefined globals", func(s string) string { return undefined.ReplaceAllString(s, "$1") }},
	}
}

// replaceZeros drops the sign of a zero: Lua 5.1 keeps the constants 0 and -0 of a function in
// one place, so which of the two it prints is a matter of their order. A fraction and an exponent
// keep theirs.
func replaceZeros(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] != '-' || !isMinusZero(s[:i], s[i+1:]) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isMinusZero(before, after string) bool {
	return strings.HasPrefix(after, "0") && !fraction.MatchString(after) && !exponent.MatchString(before)
}

// shortened prints an integer of 15 or 16 digits as Lua 5.1 does, with 14 digits. A fraction, an
// exponent and what Lua writes with an exponent itself stay as they are.
func shortened(digits string) string {
	if len(digits) < 15 || len(digits) > 16 || digits[0] == '0' || strings.Contains(digits, ".") {
		return digits
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil || f > 1<<53 {
		return digits
	}
	return strconv.FormatFloat(f, 'g', 14, 64)
}

// sameResult compares the output of one call. We always refuse a malformed pattern, Lua 5.1 only
// if the match reaches the place: docs/reference/lua.md has it under "Patterns".
func sameResult(ours, reference string) bool {
	refused := strings.HasPrefix(ours, "false") && badPattern.MatchString(ours)
	return refused && strings.HasPrefix(reference, "true") || normalize(ours) == normalize(reference) || earlierArgument(ours, reference)
}

var wrongArgument = regexp.MustCompile(`bad argument #(\d) to ('\w+')`)

// earlierArgument returns true if both refuse an argument, and ours is an earlier one: of several
// that are wrong we name the first, Lua 5.1 any. docs/reference/lua.md has it
// under "Error messages".
func earlierArgument(ours, reference string) bool {
	a, b := wrongArgument.FindStringSubmatch(ours), wrongArgument.FindStringSubmatch(reference)
	return a != nil && b != nil && a[2] == b[2] && a[1] < b[1]
}

// approximate matches the functions whose last digit is inexact in both libraries.
var approximate = regexp.MustCompile(`^math\.(?:a?sin|a?cos|a?tan|atan2|sinh|cosh|tanh|log10)\(`)

// nearby returns true if a call of such a function has results that differ behind the 13th digit
// only. docs/reference/lua.md has it under "Numbers".
func nearby(call, ours, reference string) bool {
	if !approximate.MatchString(call) {
		return false
	}
	a, b := strings.Fields(ours), strings.Fields(reference)
	if len(a) != 3 || len(b) != 3 || a[0] != b[0] || a[1] != b[1] {
		return false
	}
	x, err := strconv.ParseFloat(a[2], 64)
	y, err2 := strconv.ParseFloat(b[2], 64)
	return err == nil && err2 == nil && math.Abs(x-y) <= 1e-13*math.Abs(y)
}

func normalize(text string) string {
	for _, d := range Deviations() {
		text = d.rewrite(text)
	}
	return text
}
