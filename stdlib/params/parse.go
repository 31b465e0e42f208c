package params

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// An Error is a mistake on the command line.
type Error struct{ Message, Hint string }

func (e *Error) Error() string { return e.Message }

// ErrorCode returns InvalidArgument.
func (e *Error) ErrorCode() string { return declare.CodeInvalidArgument }

// ErrorHint says where the list of parameters is.
func (e *Error) ErrorHint() string { return e.Hint }

// ExitCode is the command's status for wrong usage.
func (e *Error) ExitCode() int { return 2 }

func mistake(format string, values ...any) error {
	return &Error{Message: fmt.Sprintf(format, values...), Hint: "--help lists the script's parameters"}
}

// Parse reads the words of a command line. A parameter that is not given has its default, or is
// an error if it is required. Relative times are relative to now.
func (s *Set) Parse(words []string, now time.Time) (map[string]any, error) {
	given, err := s.scan(words)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	for _, p := range s.Parameters {
		value, err := p.value(given, now)
		if e := (*Error)(nil); errors.As(err, &e) && s.isTaken(p) {
			e.Hint = fmt.Sprintf("dbos-script has a flag %s of its own: the script's goes behind --", p.flag())
		}
		if err != nil {
			return nil, err
		}
		if value != nil {
			values[p.Name] = value
		}
	}
	return values, nil
}

// A given is the texts that were given for each parameter, in their order.
type given map[*Parameter][]string

func (s *Set) scan(words []string) (given, error) {
	found := given{}
	behind := false
	for len(words) > 0 {
		if words[0] == "--" && !behind {
			behind, words = true, words[1:]
			continue
		}
		p, text, rest, err := s.word(words, behind)
		if err != nil {
			return nil, err
		}
		if p.Rest && p.Type == "string" && len(found[p]) > 0 {
			return nil, mistake("unexpected %q after %q", text, found[p][0])
		}
		texts := []string{text}
		if text == standardInput && p.Rest && p.Type == "list" && !behind {
			if texts, err = s.readItems(); err != nil {
				return nil, err
			}
		}
		found[p], words = append(found[p], texts...), rest
	}
	return found, nil
}

// word returns the parameter of the first words. Behind "--" each is positional, also if it
// looks like a flag.
func (s *Set) word(words []string, behind bool) (p *Parameter, text string, rest []string, err error) {
	if !behind {
		return s.next(words)
	}
	if p = s.rest(); p == nil {
		return nil, "", nil, mistake("unexpected %q: the script takes no words behind --", words[0])
	}
	return p, words[0], words[1:], nil
}

func (s *Set) next(words []string) (p *Parameter, text string, rest []string, err error) {
	word, rest := words[0], words[1:]
	if p = s.rest(); p != nil && (word == "-" || !strings.HasPrefix(word, "-")) {
		return p, word, rest, nil
	}
	name, text, inline := strings.Cut(word, "=")
	p, negated, err := s.lookup(name)
	switch {
	case err != nil:
		return nil, "", nil, err
	case p.Type == "boolean" && !inline:
		return p, strconv.FormatBool(!negated), rest, nil
	case inline:
		return p, text, rest, nil
	case len(rest) == 0:
		return nil, "", nil, mistake("%s needs a value", name)
	}
	return p, rest[0], rest[1:], nil
}

// Masked returns the words with *** in the place of the values of secret parameters.
func (s *Set) Masked(words []string) []string {
	list := slices.Clone(words)
	behind := false
	for at := 0; at < len(words); {
		if words[at] == "--" && !behind {
			behind, at = true, at+1
			continue
		}
		p, _, rest, err := s.word(words[at:], behind)
		if err != nil {
			return list
		}
		end := len(words) - len(rest)
		name, _, inline := strings.Cut(words[at], "=")
		switch {
		case p.Secret && end == at+1 && p.Rest:
			list[at] = "***"
		case p.Secret && inline:
			list[at] = name + "=***"
		case p.Secret && end == at+2:
			list[at+1] = "***"
		}
		at = end
	}
	return list
}

func (s *Set) lookup(flag string) (p *Parameter, negated bool, err error) {
	name, long := strings.CutPrefix(flag, "--")
	if !long {
		return s.lookupShort(flag)
	}
	if p := s.find(name); p != nil {
		return p, false, nil
	}
	if positive, found := strings.CutPrefix(name, "no-"); found {
		if p := s.find(positive); p != nil && p.Type == "boolean" {
			return p, true, nil
		}
	}
	return nil, false, mistake("unknown parameter %s%s", flag, declare.DidYouMean(flag, slices.Concat(s.flags(), s.Taken)))
}

func (s *Set) lookupShort(flag string) (*Parameter, bool, error) {
	for _, p := range s.Parameters {
		if p.Short != "" && flag == "-"+p.Short {
			return p, false, nil
		}
	}
	return nil, false, mistake("unexpected %q: the script takes parameters such as --name VALUE", flag)
}

func (s *Set) flags() []string {
	names := make([]string, len(s.Parameters))
	for i, p := range s.Parameters {
		names[i] = p.flag()
	}
	return names
}

// value returns the value of a parameter: of its texts if any are given, else the default. The last
// text of a flag counts, and all of a list.
func (p *Parameter) value(found given, now time.Time) (any, error) {
	texts := found[p]
	switch {
	case len(texts) > 0 && p.Type == "list":
		return p.list(texts)
	case len(texts) > 0:
		return p.convert(texts[len(texts)-1], now)
	case p.Required:
		return nil, mistake("%s is required", p.label())
	case p.Default == nil:
		return nil, nil
	}
	return p.initial(now)
}

// initial is the default; one that is text goes through the same checks as the command line.
func (p *Parameter) initial(now time.Time) (any, error) {
	text, ok := p.Default.(string)
	if ok && p.Type == "list" {
		return p.list([]string{text})
	}
	if !ok {
		if list, isList := p.Default.([]any); isList {
			return list, nil
		}
		if _, isNumber := number(p.Default); !isNumber && p.Type != "boolean" {
			return p.Default, nil
		}
		text = fmt.Sprint(p.Default)
	}
	value, err := p.convert(text, now)
	if err != nil {
		return nil, wrong(p.Name+".default", "%v", err)
	}
	return value, nil
}

// list returns the items of all texts. A word that is no flag is one item, whatever it holds.
func (p *Parameter) list(given []string) (any, error) {
	var list []any
	for _, text := range given {
		one := []any{text}
		if !p.Rest {
			one = items(text)
		}
		list = append(list, one...)
	}
	for _, item := range list {
		if err := p.allowed(item.(string)); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (p *Parameter) convert(text string, now time.Time) (any, error) {
	if err := p.allowed(text); err != nil {
		return nil, err
	}
	value, size, err := p.read(text, now)
	switch {
	case err != nil:
		return nil, mistake("%s: %v", p.flag(), err)
	case p.Min != nil && size < *p.Min:
		return nil, mistake("%s is at least %v, not %s", p.flag(), *p.Min, text)
	case p.Max != nil && size > *p.Max:
		return nil, mistake("%s is at most %v, not %s", p.flag(), *p.Max, text)
	}
	return value, nil
}

// allowed checks a value against the allowed ones.
func (p *Parameter) allowed(word string) error {
	if len(p.Values) > 0 && !slices.Contains(p.Values, word) {
		return mistake("%s is one of %s, not %q%s", p.label(), strings.Join(p.Values, ", "), word, declare.DidYouMean(word, p.Values))
	}
	return nil
}

// read returns the value of a text, and its size for min and max.
func (p *Parameter) read(text string, now time.Time) (value any, size float64, err error) {
	switch p.Type {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("%q is no whole number", text)
		}
		return n, float64(n), nil
	case "number":
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("%q is no number", text)
		}
		return n, n, nil
	case "boolean":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, 0, fmt.Errorf("%q is neither true nor false", text)
		}
		return b, 0, nil
	case "duration":
		d, err := duration(text)
		return d.Seconds(), d.Seconds(), err
	case "time":
		t, err := parseTime(text, now)
		return t, 0, err
	}
	return text, float64(len(text)), nil
}

// leastSeconds is in March 1973. A smaller number is a duration whose unit was forgotten.
const leastSeconds = 1e8

// parseTime takes a plain number of Unix seconds too, and a plain duration, which lies in the past:
// --since 2h. A number with a sign would be a time relative to now.
func parseTime(text string, now time.Time) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text[:1], "+-") {
		if 0 < seconds && seconds < leastSeconds {
			return time.Time{}, fmt.Errorf("%q has no unit: write %ss, %sm, %sh or %sd for so long ago", text, text, text, text, text)
		}
		return declare.Unix(seconds)
	}
	t, err := declare.ParsePast(text, now)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, declare.TimeHint)
	}
	return t, err
}

// duration takes a plain number of seconds too.
func duration(text string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return declare.Seconds(seconds)
	}
	d, err := declare.ParseDuration(text)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, declare.DurationHint)
	}
	return d, err
}

func items(text string) []any {
	var list []any
	for _, item := range strings.Split(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
