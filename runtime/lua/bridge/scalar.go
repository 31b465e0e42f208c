package bridge

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// stringDecoder takes strings only: a number given for an id is a mistake that must not pass.
func stringDecoder(t *declare.Type, p *declare.Param) decoder {
	return func(s scope, v lua.LValue, to reflect.Value) *mismatch {
		text, ok := v.(lua.LString)
		if !ok {
			return expected(declare.KindString.Name(), v)
		}
		if m := s.text(text); m != nil {
			return m
		}
		if m := allowed(p, string(text)); m != nil {
			return m
		}
		if t.Go.Kind() == reflect.Slice {
			if m := s.spent.copies(s.x, string(text)); m != nil {
				return m
			}
			to.SetBytes([]byte(text))
			return nil
		}
		to.SetString(string(text))
		return nil
	}
}

// text adds a text to the budget of the call, and refuses one that is too long for the function.
func (s scope) text(text lua.LString) *mismatch {
	if s.longText > 0 && len(text) > s.longText {
		return beyond("must have at most %d bytes, got %d", s.longText, len(text))
	}
	if s.longText > 0 {
		if m := s.spent.name(s.x, string(text)); m != nil {
			return m
		}
	}
	return s.spent.shared(s.x, text)
}

// allowed checks an enum, and that a text is not empty if the parameter demands it.
func allowed(p *declare.Param, text string) *mismatch {
	if p != nil && p.NonEmpty && text == "" {
		return hinted(wrong("is empty"), declare.EmptyHint)
	}
	if p == nil || len(p.Enum) == 0 || slices.Contains(p.Enum, text) {
		return nil
	}
	return wrong("%q is not one of %s%s", text, quoteAll(p.Enum), declare.DidYouMean(text, p.Enum))
}

func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = strconv.Quote(word)
	}
	return strings.Join(quoted, ", ")
}

// within checks the bounds of a parameter; text is the value as an error shows it. A value out of
// bounds is "beyond", which raises InvalidOption; a wrong type raises InvalidArgument.
func within(p *declare.Param, value float64, text string) *mismatch {
	switch {
	case p == nil:
		return nil
	case p.Min != nil && value < *p.Min:
		return beyond("must be at least %v, got %s", *p.Min, text)
	case p.Max != nil && value > *p.Max:
		return beyond("must be at most %v, got %s", *p.Max, text)
	}
	return nil
}

// numberDecoder decodes a number into a float, or into the text of a json.Number.
func numberDecoder(p *declare.Param) decoder {
	return func(_ scope, v lua.LValue, to reflect.Value) *mismatch {
		n, m := toFloat(v)
		if m != nil {
			return m
		}
		if m := within(p, n, v.String()); m != nil {
			return m
		}
		if to.Kind() == reflect.String {
			to.SetString(strconv.FormatFloat(n, 'g', -1, 64))
			return nil
		}
		if to.OverflowFloat(n) && !math.IsInf(n, 0) {
			return beyond("number out of range: %v", n)
		}
		to.SetFloat(n)
		return nil
	}
}

func toFloat(v lua.LValue) (float64, *mismatch) {
	if n, ok := v.(lua.LNumber); ok {
		if math.IsNaN(float64(n)) {
			return 0, wrong("number expected, got nan")
		}
		return float64(n), nil
	}
	if i, ok := bigOf(v); ok {
		f, _ := new(big.Float).SetInt(i).Float64()
		return f, nil
	}
	return 0, expected(declare.KindNumber.Name(), v)
}

// integerDecoder decodes a whole number. The first case is for the usual parameter, a signed
// integer without bounds; all others take the way over *big.Int, which holds every value.
func integerDecoder(t *declare.Type, p *declare.Param) decoder {
	signed := t.Go.Kind() >= reflect.Int && t.Go.Kind() <= reflect.Int64
	return func(_ scope, v lua.LValue, to reflect.Value) *mismatch {
		if n, ok := v.(lua.LNumber); ok && signed && !bounded(p) && isExact(n) && !to.OverflowInt(int64(n)) {
			to.SetInt(int64(n))
			return nil
		}
		i, m := toInteger(v)
		if m != nil {
			return m
		}
		f, _ := new(big.Float).SetInt(i).Float64()
		if m := within(p, f, i.String()); m != nil {
			return m
		}
		return setInteger(t.Go, i, to)
	}
}

// toInteger returns the value of a whole number, or of an integer kept as a *big.Int.
func toInteger(v lua.LValue) (*big.Int, *mismatch) {
	if i, ok := bigOf(v); ok {
		return i, nil
	}
	n, ok := v.(lua.LNumber)
	if !ok {
		return nil, expected(declare.KindInteger.Name(), v)
	}
	i, ok := wholeNumber(float64(n))
	if !ok {
		return nil, wrong("integer expected, got %s", v.String())
	}
	return i, nil
}

func bounded(p *declare.Param) bool { return p != nil && (p.Min != nil || p.Max != nil) }

// isExact returns true for a whole number that a float holds without rounding.
func isExact(n lua.LNumber) bool {
	return math.Abs(float64(n)) <= maxExact && float64(n) == math.Trunc(float64(n))
}

func wholeNumber(f float64) (*big.Int, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) || f != math.Trunc(f) {
		return nil, false
	}
	if math.Abs(f) <= maxExact {
		return big.NewInt(int64(f)), true
	}
	i, _ := new(big.Float).SetFloat64(f).Int(nil)
	return i, true
}

func setInteger(t reflect.Type, i *big.Int, to reflect.Value) *mismatch {
	if t == reflect.TypeFor[*big.Int]() {
		to.Set(reflect.ValueOf(i))
		return nil
	}
	if t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64 {
		if i.Sign() < 0 {
			return beyond("must be at least 0, got %s", i)
		}
		if !i.IsUint64() || to.OverflowUint(i.Uint64()) {
			return beyond("integer between 0 and %d expected, got %s", uint64(math.MaxUint64)>>(64-t.Bits()), i)
		}
		to.SetUint(i.Uint64())
		return nil
	}
	if !i.IsInt64() || to.OverflowInt(i.Int64()) {
		return beyond("integer between %d and %d expected, got %s", math.MinInt64>>(64-t.Bits()), math.MaxInt64>>(64-t.Bits()), i)
	}
	to.SetInt(i.Int64())
	return nil
}
