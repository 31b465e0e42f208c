package codec

import (
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
)

// JavaArgs are the arguments of a workflow of a Java application, as its SDK writes them itself: as an input they
// select java_jackson, a time among them arrives as an Instant, and a json.RawMessage is written as it is.
type JavaArgs []any

// Jackson is the Java SDK's default serialization: JSON in which all values but texts, small integers, doubles,
// booleans and null name their class.
const Jackson = "java_jackson"

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

// EncodeJackson writes v as the Java SDK writes its values by default. Errors are EncodeJSON's.
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

// classed adds the names of classes to what DecodeJSON returned.
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
		members := map[string]any{"@class": "java.util.LinkedHashMap"}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			members[name] = classed(v[name])
		}
		return members
	}
	return v
}
