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

// JavaArgs are the arguments of a workflow of a Java application, in the format of its SDK: as an
// input they are encoded as java_jackson. A time.Time arrives as an Instant; a json.RawMessage is
// copied.
type JavaArgs []any

// Jackson is the name of the Java SDK's default serialization: JSON in which values name their
// class, except for texts, small integers, doubles, booleans and null.
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

// EncodeJackson returns v as the Java SDK stores values by default. It returns the errors of
// EncodeJSON.
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

// classed adds the names of classes to a value of DecodeJSON.
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
