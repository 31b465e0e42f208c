package codec

import (
	"encoding/base64"
	"strings"
)

// classMember is the member that names the class of an object.
const classMember = "@class"

// decodeJackson reads the Java SDK's default serialization: an object names its class in a member,
// and any other value that is not a text, an int, a double or a boolean stands in an array behind
// the name of its class. The result has no classes: a list or a set is an array, an enum is its
// name, byte[] is []byte, and an Instant, a Date and the like are time.Time.
func decodeJackson(text string) (any, error) {
	value, err := DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	return unclassed(value), nil
}

// looksJackson reports whether a text whose serialization is unknown names a Java class.
func looksJackson(text string) bool {
	for _, start := range []string{`{"` + classMember + `":`, `["java.`, `["[L`, `["[B"`} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

func unclassed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		members := make(map[string]any, len(v))
		for name, member := range v {
			if name != classMember {
				members[name] = unclassed(member)
			}
		}
		return members
	case []any:
		if class, value, ok := classPair(v); ok {
			return ofClass(class, value)
		}
		return unclassedItems(v)
	}
	return v
}

// classPair returns the parts of an array that holds a value behind the name of its class.
func classPair(items []any) (class string, value any, ok bool) {
	if len(items) != 2 {
		return "", nil, false
	}
	class, ok = items[0].(string)
	return class, items[1], ok
}

// ofClass returns a value that stands behind a class. Its own array holds items, and is no pair.
func ofClass(class string, value any) any {
	switch value := value.(type) {
	case []any:
		items := unclassedItems(value)
		if class == "[D" || class == "[F" {
			for i := range items {
				items[i] = javaFloat(items[i])
			}
		}
		return items
	case string:
		if class == "java.lang.Double" || class == "java.lang.Float" {
			return javaFloat(value)
		}
		if class == "[B" {
			if data, err := base64.StdEncoding.DecodeString(value); err == nil {
				return data
			}
		}
		if strings.HasPrefix(class, "java.time.") || class == "java.util.Date" || class == "java.sql.Timestamp" {
			return date(value)
		}
		return value
	}
	return unclassed(value)
}

// javaFloat returns a number that JSON has no text for, which Java writes by name, and any
// other value unchanged.
func javaFloat(value any) any {
	if number, err := specialNumber(value); err == nil {
		return number
	}
	return value
}

func unclassedItems(items []any) []any {
	plain := make([]any, len(items))
	for i, item := range items {
		plain[i] = unclassed(item)
	}
	return plain
}

// fromWire reads the error of a Java application: its class is the name. The rest of the record is
// an object of Java, which only Java can read.
func (e *RemoteError) fromWire(members map[string]any) bool {
	class, _ := members[classMember].(string)
	if !strings.HasSuffix(class, ".WireThrowable") {
		return false
	}
	e.Name, _ = members["type"].(string)
	e.Message, _ = members["message"].(string)
	e.Stack = javaStack(unclassed(members["stackPreview"]))
	if cause, ok := members["causeType"].(string); ok {
		e.Data = map[string]any{"causeType": cause}
	}
	return true
}

// javaStack returns the frames of a stack trace as one text, or a text as it is.
func javaStack(preview any) string {
	frames, ok := preview.([]any)
	if !ok {
		text, _ := preview.(string)
		return text
	}
	lines := make([]string, len(frames))
	for i, frame := range frames {
		lines[i] = plainText(frame)
	}
	return strings.Join(lines, "\n")
}
