package vm

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// formatter is one call of string.format.
type formatter struct {
	L    *lua.LState
	arg  int // the last argument used
	text strings.Builder
}

// directive is one %… of a format: C's flags, width and precision, of two digits at most as in Lua.
type directive struct {
	flags     string
	width     string
	precision string // with its point; empty when there is none
	verb      byte
}

func stringFormat(L *lua.LState) int {
	f := &formatter{L: L, arg: 1}
	rest := checkText(L, 1)
	for {
		plain, after, found := strings.Cut(rest, "%")
		f.write(plain)
		if !found {
			break
		}
		rest = f.directive(after)
	}
	L.Push(lua.LString(f.text.String()))
	return 1
}

func (f *formatter) write(text string) {
	extend(f.L, &f.text, text)
}

// directive formats one argument and returns the text after the directive. A missing argument is
// reported before a mistake in the directive, as in Lua 5.1.
func (f *formatter) directive(text string) string {
	if strings.HasPrefix(text, "%") {
		f.write("%")
		return text[1:]
	}
	d, rest, problem := parseDirective(text)
	f.arg++
	if f.arg > f.L.GetTop() {
		f.L.ArgError(f.arg, fmt.Sprintf("no value for %%%c of the format", d.verb))
	}
	if problem != "" {
		f.L.RaiseError("%s", problem)
	}
	f.write(f.format(d))
	return rest
}

// parseDirective reads the directive after a %. It returns a problem if it is malformed.
func parseDirective(text string) (d directive, rest, problem string) {
	d.flags, rest = takeAny(text, "-+ #0")
	d.width, rest = takeAny(rest, "0123456789")
	if strings.HasPrefix(rest, ".") {
		d.precision, rest = takeAny(rest[1:], "0123456789")
		d.precision = "." + d.precision
	}
	d.verb = '?'
	if rest != "" {
		d.verb, rest = rest[0], rest[1:]
	} else {
		problem = "invalid format (it ends inside a directive)"
	}
	if len(d.flags) > 5 {
		problem = "invalid format (repeated flags)"
	} else if len(d.width) > 2 || len(d.precision) > 3 {
		problem = "invalid format (width and precision have two digits at most)"
	}
	return d, rest, problem
}

func takeAny(text, set string) (taken, rest string) {
	rest = strings.TrimLeft(text, set)
	return text[:len(text)-len(rest)], rest
}

func (f *formatter) format(d directive) string {
	switch d.verb {
	case 'd', 'i', 'u':
		return f.integer(d)
	case 'o', 'x', 'X':
		return d.unsigned(uint64(f.integerArgument()))
	case 'c':
		return d.pad(string([]byte{byte(f.integerArgument())}))
	case 'e', 'E', 'f', 'g', 'G', 'a', 'A':
		return d.float(checkNumber(f.L, f.arg))
	case 's':
		return d.string(tostring(f.L, f.L.Get(f.arg)))
	case 'q':
		return quoteLua(checkText(f.L, f.arg))
	}
	f.L.RaiseError("invalid option '%%%c' to 'format'", d.verb)
	return ""
}

// integerArgument is an integer argument; its fraction is cut off.
func (f *formatter) integerArgument() int64 {
	value := math.Trunc(checkNumber(f.L, f.arg))
	if !(value >= -(1<<63) && value < 1<<63) {
		f.L.ArgError(f.arg, "the number has no integer of 64 bits")
	}
	return int64(value)
}

// integer formats a number, or digit for digit an integer object of the host.
func (f *formatter) integer(d directive) string {
	if f.L.Get(f.arg).Type() == lua.LTUserData {
		text := tostring(f.L, f.L.Get(f.arg))
		if digits, _ := syntax.SplitSign(text); digits != "" && syntax.AllDigits(digits) {
			return d.pad(text)
		}
	}
	value := f.integerArgument()
	switch {
	case d.verb == 'u':
		return d.unsigned(uint64(value))
	case d.plain():
		return strconv.FormatInt(value, 10)
	}
	if value < 0 {
		return d.digits("-", strconv.FormatUint(-uint64(value), 10), "")
	}
	return d.digits(d.plus(), strconv.FormatUint(uint64(value), 10), "")
}

// plain returns true if a directive is its verb alone.
func (d directive) plain() bool { return d.flags == "" && d.width == "" && d.precision == "" }

// plus is the sign of a number that is not negative.
func (d directive) plus() string {
	switch {
	case strings.Contains(d.flags, "+"):
		return "+"
	case strings.Contains(d.flags, " "):
		return " "
	}
	return ""
}

// unsigned formats as C does: without a sign, and with a prefix if the flag # asks for one and the
// number is not 0.
func (d directive) unsigned(value uint64) string {
	text, prefix := "", ""
	switch d.verb {
	case 'o':
		text, prefix = strconv.FormatUint(value, 8), "0"
	case 'x':
		text, prefix = strconv.FormatUint(value, 16), "0x"
	case 'X':
		text, prefix = strings.ToUpper(strconv.FormatUint(value, 16)), "0X"
	default:
		text = strconv.FormatUint(value, 10)
	}
	if value == 0 || !strings.Contains(d.flags, "#") {
		prefix = ""
	}
	return d.digits("", text, prefix)
}

// digits puts a sign, a prefix and digits together, with zeros up to the precision or the width.
func (d directive) digits(sign, text, prefix string) string {
	if d.plain() {
		return sign + prefix + text
	}
	precision, _ := strconv.Atoi(strings.TrimPrefix(d.precision, "."))
	if d.precision != "" && precision == 0 && text == "0" && !(d.verb == 'o' && strings.Contains(d.flags, "#")) {
		text = ""
	}
	if d.verb == 'o' { // the prefix of an octal number is one of its digits
		text, prefix = prefix+text, ""
	}
	text = strings.Repeat("0", max(0, precision-len(text))) + text
	if d.precision == "" && strings.Contains(d.flags, "0") && !strings.Contains(d.flags, "-") {
		width, _ := strconv.Atoi(d.width)
		text = strings.Repeat("0", max(0, width-len(sign)-len(prefix)-len(text))) + text
	}
	return d.pad(sign + prefix + text)
}

// print formats with Go's verb of the same meaning.
func (d directive) print(verb byte, value any) string {
	return fmt.Sprintf("%"+d.flags+d.width+d.precision+string(rune(verb)), value)
}

func (d directive) pad(text string) string {
	width, _ := strconv.Atoi(d.width)
	blanks := strings.Repeat(" ", max(0, width-len(text)))
	if strings.Contains(d.flags, "-") {
		return text + blanks
	}
	return blanks + text
}

func (d directive) string(text string) string {
	if d.precision != "" {
		most, _ := strconv.Atoi(d.precision[1:])
		text = text[:min(most, len(text))]
	}
	return d.pad(text)
}

func (d directive) float(value float64) string {
	if math.IsInf(value, 0) || math.IsNaN(value) {
		return d.pad(d.sign(value) + formatFloat(value, 'g', 6))
	}
	switch d.verb {
	case 'a', 'A':
		return d.pad(hexFloat(d, value))
	case 'g', 'G':
		if d.precision == "" {
			d.precision = ".6"
		}
		if d.precision == "." || d.precision == ".0" {
			d.precision = ".1"
		}
	}
	return d.print(d.verb, value)
}

func (d directive) sign(value float64) string {
	if value >= 0 && !math.Signbit(value) {
		return d.plus()
	}
	return ""
}

// hexFloat is C's %a: as Go's, but for the zeros before the exponent.
func hexFloat(d directive, value float64) string {
	precision := -1
	if d.precision != "" {
		precision, _ = strconv.Atoi(d.precision[1:])
	}
	text := strconv.FormatFloat(value, 'x', precision, 64)
	mantissa, exponent, _ := strings.Cut(text, "p")
	digits := strings.TrimLeft(exponent[1:], "0")
	if digits == "" {
		digits = "0"
	}
	text = d.sign(value) + mantissa + "p" + exponent[:1] + digits
	if d.verb == 'A' {
		return strings.ToUpper(text)
	}
	return text
}

// quoteLua writes a string so that Lua reads the same one.
func quoteLua(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"', '\\', '\n':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\r':
			b.WriteString(`\r`)
		case 0:
			b.WriteString(`\000`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
