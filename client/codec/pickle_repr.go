package codec

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// message returns the text that Python makes of an exception: that of its only argument, or else
// all of them as a tuple. A KeyError shows how its key is written; an OSError with a number, and a
// group of exceptions, have a text of their own.
func (c converter) message(class *pyClass, args []any) string {
	if class != nil && class.module == "builtins" && len(args) >= 2 {
		number, isNumber := args[0].(int64)
		group, isGroup := args[1].(*pyList)
		switch {
		case isNumber && strings.HasSuffix(class.name, "Error"):
			return "[Errno " + strconv.FormatInt(number, 10) + "] " + c.shown(args[1]) + c.file(args[2:])
		case isGroup && strings.HasSuffix(class.name, "ExceptionGroup"):
			return c.shown(args[0]) + " (" + strconv.Itoa(len(group.items)) + " sub-exception" + map[bool]string{true: "s"}[len(group.items) != 1] + ")"
		}
	}
	switch {
	case len(args) == 0:
		return ""
	case len(args) > 1, class != nil && class.String() == "builtins.KeyError":
		return c.tuple(args)
	}
	return c.shown(args[0])
}

// file returns the file that an OSError is about, as it stands after the message.
func (c converter) file(args []any) string {
	if len(args) == 0 || args[0] == nil {
		return ""
	}
	return ": " + c.repr(args[0])
}

// tuple returns arguments as Python writes them; a single one without brackets.
func (c converter) tuple(args []any) string {
	if len(args) == 1 {
		return c.repr(args[0])
	}
	return c.repr(&pyList{args, '('})
}

// shown returns a value as Python's str: a text as it is.
func (c converter) shown(node any) string {
	if text, ok := node.(string); ok {
		return text
	}
	return c.repr(node)
}

// repr returns a value as Python writes it in a program. Of an object of another class than the
// ones below it returns the plain value, or the class with its arguments.
func (c converter) repr(node any) string {
	switch node := node.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[node]
	case int64:
		return strconv.FormatInt(node, 10)
	case *big.Int:
		return node.String()
	case float64:
		return pyFloat(node)
	case string:
		return pyQuote(node, unicode.IsPrint)
	case []byte:
		return "b" + pyQuote(latin1Text(node), func(r rune) bool { return ' ' <= r && r < 0x7f })
	case *pyList:
		return c.list(node)
	case *pyDict:
		return c.within("{", "}", len(node.pairs)/2, func(i int) string { return c.repr(node.pairs[2*i]) + ": " + c.repr(node.pairs[2*i+1]) })
	case *pyClass:
		return node.name
	case *pyObject:
		return c.made(node)
	}
	return "…"
}

func (c converter) list(l *pyList) string {
	open, shut := "[", "]"
	switch {
	case l.opens == '(' && len(l.items) == 1:
		open, shut = "(", ",)"
	case l.opens == '(':
		open, shut = "(", ")"
	case l.opens == '{':
		open, shut = "{", "}"
	}
	return c.within(open, shut, len(l.items), func(i int) string { return c.repr(l.items[i]) })
}

// made returns an object: a known one as its plain value, another one as the call that makes it.
func (c converter) made(o *pyObject) string {
	class, ok := o.callable.(*pyClass)
	if !ok {
		return "…"
	}
	if !isException(class) {
		if value, err := c.knownClass(class, o); err == nil {
			return plainText(value)
		}
	}
	return c.within(class.name+"(", ")", len(o.args), func(i int) string { return c.repr(o.args[i]) })
}

// within joins the texts of n parts. Nesting and length are bounded.
func (c converter) within(open, shut string, n int, part func(i int) string) string {
	const maxShownDepth = 16
	if c.depth > maxShownDepth || c.enter(len(open)) != nil {
		return "…"
	}
	defer c.leave()
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return open + strings.Join(parts, ", ") + shut
}

// pyFloat returns a number as Python writes it.
func pyFloat(f float64) string {
	switch size := math.Abs(f); {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return map[bool]string{true: "inf", false: "-inf"}[f > 0]
	case f != 0 && (size < 1e-4 || size >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	case f == math.Trunc(f):
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// pyQuote returns a text in single quotes, or in double ones if it has only single ones. Characters
// that are not visible are escaped.
func pyQuote(text string, visible func(rune) bool) string {
	quote := '\''
	if strings.ContainsRune(text, '\'') && !strings.ContainsRune(text, '"') {
		quote = '"'
	}
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range text {
		switch {
		case r == quote || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteString(map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`}[r])
		case visible(r):
			b.WriteRune(r)
		default:
			b.WriteString(escapedRune(r))
		}
	}
	b.WriteRune(quote)
	return b.String()
}

// escapedRune returns a character that cannot be printed as Python writes it in a program.
func escapedRune(r rune) string {
	digits := strconv.FormatInt(int64(r), 16)
	switch {
	case r < 0x100:
		return `\x` + strings.Repeat("0", 2-len(digits)) + digits
	case r < 0x10000:
		return `\u` + strings.Repeat("0", 4-len(digits)) + digits
	}
	return `\U` + strings.Repeat("0", 8-len(digits)) + digits
}

// latin1Text returns bytes as the characters of their numbers.
func latin1Text(data []byte) string {
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}
