package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"time"
)

// JavaArgs are the arguments of a workflow of a Java application, in the format of its SDK: as an
// input they are encoded as java_jackson, each like EncodeJackson.
type JavaArgs []any

// Jackson is the name of the Java SDK's default serialization: JSON in which values name their
// class, except for texts, small integers, doubles, booleans and null.
const Jackson = "java_jackson"

// encodeJavaArgs returns the arguments as Jackson writes an Object[].
func encodeJavaArgs(args JavaArgs) (string, error) {
	texts := make([]string, len(args))
	for i, arg := range args {
		text, err := EncodeJackson(arg)
		if err != nil {
			return "", err
		}
		texts[i] = text
	}
	return `["[Ljava.lang.Object;",[` + strings.Join(texts, ",") + `]]`, nil
}

// EncodeJackson returns v as the Java SDK stores values by default. A time.Time becomes an Instant,
// but inside a list or a map it becomes text. A json.RawMessage is returned as it is, so it must be
// in the format of Jackson already. A map becomes a LinkedHashMap, or the class that its member
// @class names. It returns the errors of EncodeJSON.
func EncodeJackson(v any) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return `["java.time.Instant","` + v.UTC().Format(time.RFC3339Nano) + `"]`, nil
	case json.RawMessage:
		return string(v), nil
	}
	plain, err := plainJSON(v)
	if err != nil {
		return "", err
	}
	return EncodeJSON(classed(plain), "")
}

// classed returns a value of DecodeJSON with the names of Java classes, as Jackson reads them:
// before a number or a list, and as the member @class of a map. An integer of 32 bits needs none. A
// map that has this member already keeps it, so that a caller can name a class of the application.
func classed(v any) any {
	switch v := v.(type) {
	case int64:
		if v < math.MinInt32 || v > math.MaxInt32 {
			return []any{"java.lang.Long", v}
		}
	case *big.Int:
		return []any{"java.math.BigInteger", v}
	case json.Number:
		return []any{"java.math.BigDecimal", v}
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = classed(item)
		}
		return []any{"java.util.ArrayList", items}
	case map[string]any:
		members := map[string]any{classMember: "java.util.LinkedHashMap"}
		for name, member := range v {
			members[name] = classed(member)
		}
		return members
	}
	return v
}
