package stdlib

import (
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
)

// Texts that a template makes without writing them, as in {{$x = printf "%s%s" $x $x}}, are
// bounded before they are made: each turn of such an assignment doubles one.

func printed(values ...any) (string, error) {
	if size(values) > longestText {
		return "", errLongText
	}
	return fmt.Sprint(values...), nil
}

func printedLine(values ...any) (string, error) {
	if size(values) > longestText {
		return "", errLongText
	}
	return fmt.Sprintln(values...), nil
}

// printedBy limits the text of a format, because each of its verbs can write any of the values.
func printedBy(format string, values ...any) (string, error) {
	if len(format)+strings.Count(format, "%")*size(values) > longestText {
		return "", errLongText
	}
	return fmt.Sprintf(format, values...), nil
}

func joined(list []any, separator string) (string, error) {
	if size(list)+len(list)*len(separator) > longestText {
		return "", errLongText
	}
	words := make([]string, len(list))
	for i, item := range list {
		words[i] = fmt.Sprint(item)
	}
	return strings.Join(words, separator), nil
}

// escaped limits the text of html, js and urlquery, which write up to six bytes for one.
func escaped(escape func(values ...any) string) func(values ...any) (string, error) {
	return func(values ...any) (string, error) {
		if size(values) > longestText/6 {
			return "", errLongText
		}
		return escape(values...), nil
	}
}

// asJSON limits the text of json, which escapes like js.
func asJSON(value any) (string, error) {
	if size(value) > longestText/6 {
		return "", errLongText
	}
	return codec.EncodeJSON(value, "")
}

// size is about how many bytes values have as text, and at least as many as their texts have.
func size(value any) int {
	const other = 24
	switch v := value.(type) {
	case string:
		return len(v)
	case []any:
		total := other
		for _, item := range v {
			total += size(item)
		}
		return total
	case map[string]any:
		total := other
		for key, item := range v {
			total += len(key) + size(item)
		}
		return total
	}
	return other
}
