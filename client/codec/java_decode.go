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
// name, byte[] is []byte, and an Instant is a time.Time.
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
		if class, value, is := classPair(v); is {
			return ofClass(class, value)
		}
		return unclassedItems(v)
	}
	return v
}

// classPair returns the parts of an array that holds a value behind the name of its class.
func classPair(items []any) (class string, value any, is bool) {
	if len(items) != 2 {
		return "", nil, false
	}
	class, is = items[0].(string)
	return class, items[1], is
}

// ofClass returns a value that stands behind a class. Its own array holds items, and is no pair.
func ofClass(class string, value any) any {
	switch value := value.(type) {
	case []any:
		return unclassedItems(value)
	case string:
		if class == "[B" {
			if data, err := base64.StdEncoding.DecodeString(value); err == nil {
				return data
			}
		}
		if strings.HasPrefix(class, "java.time.") {
			return date(value)
		}
		return value
	}
	return unclassed(value)
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
	e.Stack, _ = members["stackPreview"].(string)
	return true
}
