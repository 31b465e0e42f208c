package codec

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// A pickler writes values as Python does, and where it has several ways as chance has it.
type pickler struct {
	t    *rapid.T
	ops  []byte
	kept []any // the values in the memo
}

func (p *pickler) chance(ways int) int { return rapid.IntRange(0, ways-1).Draw(p.t, "way") }

func (p *pickler) write(ops ...any) {
	for _, op := range ops {
		p.ops = fmt.Append(p.ops, op)
	}
}

func (p *pickler) sized(op string, size int, length int) {
	p.write(op)
	p.ops = append(p.ops, binary.LittleEndian.AppendUint64(nil, uint64(length))[:size]...)
}

// value writes a value, or refers to an equal one that was kept.
func (p *pickler) value(v any) {
	if at := slices.IndexFunc(p.kept, func(kept any) bool { return isText(v) && kept == v }); at >= 0 && p.chance(2) == 0 {
		p.write("g", at, "\n")
		return
	}
	p.fresh(v)
	switch p.chance(3) {
	case 0:
		p.write("p", len(p.kept), "\n")
	case 1:
		p.sized("r", 4, len(p.kept))
	default:
		return
	}
	p.kept = append(p.kept, v)
}

func isText(v any) bool {
	_, is := v.(string)
	return is
}

func (p *pickler) fresh(v any) {
	switch v := v.(type) {
	case nil:
		p.write("N")
	case bool:
		p.write(map[bool]string{true: "\x88", false: "\x89"}[v])
	case int64:
		p.integer(v)
	case *big.Int:
		p.write("L", v, "L\n")
	case float64:
		p.float(v)
	case string:
		p.text(v)
	case []byte:
		p.sized("B", 4, len(v))
		p.ops = append(p.ops, v...)
	case []any:
		p.sequence(v)
	case map[string]any:
		p.dict(v)
	}
}

func (p *pickler) integer(v int64) {
	switch way := p.chance(3); {
	case way == 0 && v >= 0 && v < 256:
		p.write("K", string([]byte{byte(v)}))
	case way == 1:
		p.write("\x8a\x08")
		p.ops = binary.LittleEndian.AppendUint64(p.ops, uint64(v))
	default:
		p.write("I", v, "\n")
	}
}

func (p *pickler) float(v float64) {
	if p.chance(2) == 0 {
		p.write("F", strconv.FormatFloat(v, 'g', -1, 64), "\n")
		return
	}
	p.write("G")
	p.ops = binary.BigEndian.AppendUint64(p.ops, math.Float64bits(v))
}

func (p *pickler) text(v string) {
	switch way := p.chance(3); {
	case way == 0 && len(v) < 256:
		p.sized("\x8c", 1, len(v))
	case way == 1:
		p.sized("\x8d", 8, len(v))
	default:
		p.sized("X", 4, len(v))
	}
	p.write(v)
}

// sequence writes a list, a tuple, a set or a frozenset: all of them are lists to a script.
func (p *pickler) sequence(v []any) {
	each := func(after string) {
		for _, item := range v {
			p.value(item)
			p.write(after)
		}
	}
	switch p.chance(5) {
	case 0:
		p.write("]")
		each("a")
	case 1:
		p.write("](")
		each("")
		p.write("e")
	case 2:
		p.write("(")
		each("")
		p.write("t")
	case 3:
		p.write("\x8f(")
		each("")
		p.write("\x90")
	default:
		p.write("(")
		each("")
		p.write("\x91")
	}
}

func (p *pickler) dict(v map[string]any) {
	one := p.chance(2) == 0
	p.write(map[bool]string{true: "}", false: "}("}[one])
	for _, name := range slices.Sorted(maps.Keys(v)) {
		p.value(name)
		p.value(v[name])
		if one {
			p.write("s")
		}
	}
	if !one {
		p.write("u")
	}
}

// pickleOf is a value pickled, in base64.
func pickleOf(t *rapid.T, v any) string {
	p := &pickler{t: t, ops: []byte("\x80\x04")}
	p.value(v)
	p.write(".")
	return pickled(string(p.ops))
}

func TestPicklesGiveBackEveryValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(3, rapid.SliceOfN(rapid.Byte(), 0, 9).AsAny()).Draw(t, "value")
		text := pickleOf(t, value)
		checkRead(t, Encoded{Text: text, Codec: Pickle}, value)
		checkRead(t, Encoded{Text: text}, value)
	})
}

// Our pickles read as they were written, here and in Python, whose pickle.loads made the vectors.
func TestWrittenPicklesRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(3).Draw(t, "value")
		text, err := EncodePickle(value)
		if err != nil {
			t.Fatal(err)
		}
		checkRead(t, Encoded{Text: text, Codec: Pickle}, value)
	})
}

func TestEncodePickleWritesProtocol4(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		"gAROLg==": nil, "gASILg==": true, "gARYAgAAAMOkLg==": "ä", "gARdKGUu": []any{}, "gAR9KHUu": map[string]any{},
		"gAR9KFgBAAAAYV0oigj//////////0c/4AAAAAAAAE5lWAEAAABiTDE4NDQ2NzQ0MDczNzA5NTUxNjE2TAp1Lg==": map[string]any{
			"a": []any{int64(-1), 0.5, nil}, "b": new(big.Int).Lsh(big.NewInt(1), 64)},
	} {
		if got, err := EncodePickle(value); err != nil || got != want {
			t.Errorf("%v: got %s (%v), want %s", value, got, err, want)
		}
	}
	if _, err := EncodePickle([]any{func() {}}); err == nil {
		t.Error("a function is written")
	}
}
