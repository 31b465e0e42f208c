package codec

import "strings"

// reviveLegacy undoes the tags of the TypeScript SDK's JSON before superjson:
// dates and bigints are objects with dbos_type and dbos_data, a Buffer is
// the value that Node's own JSON makes of it.
func reviveLegacy(value any, text string) any {
	if !strings.Contains(text, `"dbos_type"`) && !strings.Contains(text, `"Buffer"`) {
		return value
	}
	return untag(value)
}

func untag(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = untag(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = untag(v[name])
		}
		return untagged(v)
	}
	return value
}

func untagged(object map[string]any) any {
	if len(object) != 2 {
		return object
	}
	switch {
	case object["dbos_type"] == "dbos_Date":
		return date(object["dbos_data"])
	case object["dbos_type"] == "dbos_BigInt":
		if n, err := bigint(object["dbos_data"]); err == nil {
			return n
		}
	case object["type"] == "Buffer":
		if data, ok := byteArray(object["data"]).([]byte); ok {
			return data
		}
	}
	return object
}
