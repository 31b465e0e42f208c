package codec

import (
	"bufio"
	"encoding/base64"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// pickles are the values of testdata/pickles.txt, each pickled by Python 3.11
// with every protocol.
func pickles(t *testing.T) map[string]any {
	at := func(h, m, s, us int) time.Time { return time.Date(2026, 1, 2, h, m, s, us*1000, time.UTC) }
	m := func(pairs ...any) map[string]any {
		object := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			object[pairs[i].(string)] = pairs[i+1]
		}
		return object
	}
	one := int64(1)
	return map[string]any{
		"scalars": []any{nil, true, false, int64(0), int64(-1), int64(255), int64(65535), int64(-70000),
			int64(1 << 31), int64(1 << 62), int64(math.MinInt64), bigInt(t, "9223372036854775808"),
			bigInt(t, "-1208925819614629174706176"), 1.5, math.Copysign(0, -1), 1e300},
		"text":       []any{"", "abc", "é€😀", "back\\slash\nline", "quo'te"},
		"bytes":      []any{[]byte{}, []byte{0, 255}, []byte("hi")},
		"containers": []any{[]any{}, []any{}, []any{one}, []any{one, int64(2)}, []any{one, int64(2), int64(3)}, []any{one, int64(2), int64(3), int64(4)}, m(), m("a", m("b", []any{one})), []any{[]any{one}, []any{int64(2)}}},
		"sets":       []any{[]any{}, []any{int64(7)}, []any{int64(8)}},
		"intkeys":    m("1", "a", "2", "b", "-5", nil),
		"pairs":      []any{[]any{[]any{one, int64(2)}, "x"}, []any{nil, "y"}},
		"clash":      []any{[]any{one, "a"}, []any{"1", "b"}},
		"times": []any{at(3, 4, 5, 678901), at(3, 4, 5, 0), at(8, 4, 5, 0), "2026-01-02", "03:04:05",
			-86397.5},
		"zone": []any{
			time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
			time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)},
		// Python keeps the fold, which tells two equal wall times apart, from protocol 4 on.
		"zone without fold": []any{
			time.Date(2026, 7, 1, 10, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
			time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)},
		"known": []any{"1.10", "12345678-1234-5678-1234-567812345678", m("z", one, "a", int64(2)), []any{one, int64(2)},
			m("k", []any{one}), m("a", int64(2), "b", one)},
		"shared": []any{[]any{one}, []any{one}},
	}
}

// eachPickle reads lines of a name, a protocol and base64.
func eachPickle(t *testing.T, use func(name, protocol, text string)) {
	f, err := os.Open("testdata/pickles.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		part := strings.Fields(lines.Text())
		use(part[0], part[1], part[2])
	}
}

func TestPicklesOfEveryProtocol(t *testing.T) {
	t.Parallel()
	values := pickles(t)
	eachPickle(t, func(name, protocol, text string) {
		want, ok := values[name]
		if name == "zone" && protocol < "4" {
			want = values["zone without fold"]
		}
		if !ok {
			return
		}
		got := Encoded{Text: text, Codec: Pickle}.Decode()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s, protocol %s: got %#v, want %#v", name, protocol, got, want)
		}
		if native := (Encoded{Text: text}).Decode(); protocol >= "2" && !reflect.DeepEqual(native, want) {
			t.Errorf("%s, protocol %s, no serialisation: got %#v", name, protocol, native)
		}
	})
}

// pickled is the base64 of a pickle that is written out.
func pickled(ops string) string { return base64.StdEncoding.EncodeToString([]byte(ops)) }

func TestPicklesWrittenByHand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		ops  string
		want any
	}{
		{"F1.5\n.", 1.5},
		{"Finf\n.", math.Inf(1)},
		{"L12L\n.", int64(12)},
		{"I01\n.", true},
		{"S'a\\n\\x41\\'\\q'\n.", "a\nA'q"},
		{"S'\\xff'\n.", []byte{255}},
		{"V\\u0041\\U0001f600\\ux\xe9\n.", "A😀\\uxé"},
		{"U\x02hi.", "hi"},
		{"T\x02\x00\x00\x00\xff\xfe.", []byte{255, 254}},
		{"(I1\nI2\nl.", []any{int64(1), int64(2)}},
		{"(Va\nI1\nd.", map[string]any{"a": int64(1)}},
		{"](I1\ne0N.", nil},
		{"(I1\n1N.", nil},
		{"(0N.", nil},
		{"K\x012\x86.", []any{int64(1), int64(1)}},
		{"cdatetime\ndatetime\n(S'\\x07\\xea\\x01\\x02\\x03\\x04\\x05\\x00\\x00\\x00'\ntR.", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		{"(cdecimal\nDecimal\nV1.50\no.", "1.50"},
		{"(cshop\nOrder\n)\x81}\x8c\x02idK\x07sbl.", []any{map[string]any{"id": int64(7)}}},
		{"cshop\nOrder\n)}\x92.", map[string]any{}},
		{"cshop\nModel\n)\x81}\x8c\x08__dict__}\x8c\x02idK\x07ssb.", map[string]any{"id": int64(7)}},
		{"cshop\nSlotted\n)\x81N}\x8c\x02idK\x07s\x86b.", map[string]any{"id": int64(7)}},
		{"cshop\nSlotted\n)\x81}\x8c\x01oNs}\x8c\x02idK\x07s\x86b.", map[string]any{"o": nil, "id": int64(7)}},
		{"cshop\nFrozen\n)\x81](K\x01K\x02eb.", []any{int64(1), int64(2)}},
		{"cshop\nPoint\nK\x01K\x02\x86\x81.", []any{int64(1), int64(2)}},
		{"cshop\nColor\n(Vred\ntR.", "red"},
		{"cshop\nShelf\n)\x81}(Vx\nI1\nu0(Va\nI1\nu.", map[string]any{"a": int64(1)}},
		{"cshop\nBasket\n)\x81(I1\nI2\ne.", []any{int64(1), int64(2)}},
		{"cbuiltins\nValueError\n(Voh\nI2\ntR.", map[string]any{"name": "ValueError", "message": "('oh', 2)"}},
		{"cshop\nNoStock\n(Voh\ntR}Vsku\nI7\nsb.", map[string]any{"sku": int64(7)}},
		{"cshop\nStockError\n(Voh\ntR}Vsku\nI7\nsb.", map[string]any{"name": "StockError", "message": "oh", "sku": int64(7)}},
		{"cdatetime\ntime\n(S'\\x03\\x04\\x05\\x00\\x00\\x00'\ncdatetime\ntimezone\n(cdatetime\ntimedelta\n(I0\nI3600\nI0\ntRtRtR.", "03:04:05+01:00"},
		{"(V1.50\nidecimal\nDecimal\n.", "1.50"},
		{"cdatetime\ntime\n(S'\\x83\\x04\\x05\\x00\\x00\\x07'\ntR.", "03:04:05.000007"},
		{"ccopy_reg\n__newobj__\n(cdecimal\nDecimal\nV1.50\ntR.", "1.50"},
		{"}(Va\nI1\nVa\nI2\nu.", map[string]any{"a": int64(2)}},
		{"\x8c\x01\xff.", "\uFFFD"},
	}
	for _, test := range tests {
		got := Encoded{Text: pickled(test.ops), Codec: Pickle}.Decode()
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: got %#v, want %#v", test.ops, got, test.want)
		}
	}
}

// doubled nests n tuples, each holding the one before twice.
func doubled(n int) string { return "N" + strings.Repeat("2\x86", n) + "." }

func TestPicklesThatAreNotPlainDataAreOpaque(t *testing.T) {
	t.Parallel()
	datetime := "cdatetime\ndatetime\n"
	tests := []struct{ ops, want string }{
		{"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.", "posix.system: not plain data"},
		{"c__builtin__\neval\n(V1+1\ntR.", "builtins.eval: not plain data"},
		{"c__builtin__\ncomplex\n(F1\nF2\ntR.", "builtins.complex: not plain data"},
		{"cshop\nOrder\n.", "shop.Order is not plain data"},
		{"cshop\nload\n(V1\ntR.", "shop.load: not plain data"},
		{"cshop\nOrder\n(I1\nI2\ntR.", "shop.Order: not plain data"},
		{"cshop\nOrder\n)\x81}\x8c\x02idcshop\nload\nsb.", "shop.load is not plain data"},
		{"c__builtin__\ngetattr\n(cos\nenviron\nVget\ntR)R.", "the result of a computed function is not plain data"},
		{"Pid\n.", "pickle operation 0x50 is not supported"},
		{"NQ.", "pickle operation 0x51 is not supported"},
		{"\x82\x01.", "pickle operation 0x82 is not supported"},
		{"\x97.", "pickle operation 0x97 is not supported"},
		{"\x80\x04", "the pickle ends too early"},
		{".", "takes more values than it made"},
		{"(.", "takes more values than it made"},
		{"t.", "takes more values than it made"},
		{"a.", "takes more values than it made"},
		{"](a.", "takes more values than it made"},
		{"]N\x86\x87.", "takes more values than it made"},
		{"(Nd.", "takes more values than it made"},
		{"}(Nu.", "takes more values than it made"},
		{"(o.", "takes more values than it made"},
		{"NNa.", "adds to something that is no container"},
		{"NNNs.", "adds to something that is no container"},
		{"NNb.", "adds to something that is no container"},
		{"NNR.", "adds to something that is no container"},
		{"NN\x93.", "adds to something that is no container"},
		{"NNN\x92.", "adds to something that is no container"},
		{"h\x01.", "refers to a value that it did not keep"},
		{"gx\n.", "refers to a value that it did not keep"},
		{"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "the pickle ends too early"},
		{"X\xff\xff\xff\xff.", "the pickle ends too early"},
		{"\x8b\xff\xff\xff\xff.", "the pickle ends too early"},
		{"I1", "the pickle ends too early"},
		{"Ix\n.", `"x" is not an integer`},
		{"Fx\n.", `"x" is not a number`},
		{"Sx\n.", "has no quotes"},
		{"I" + strings.Repeat("9", 5000) + "\n.", "more than 4096 digits"},
		{"\x8b\x00\x10\x00\x00" + strings.Repeat("\x01", 4096) + ".", "more than 4096 digits"},
		{"](2a.", "takes more values than it made"},
		{"]2a.", "contains itself or is nested too deep"},
		{"]q\x00h\x00a.", "contains itself or is nested too deep"},
		{strings.Repeat("]", 20_000) + strings.Repeat("a", 19_999) + ".", "contains itself or is nested too deep"},
		{doubled(60), "shared parts expand to an unreasonable size"},
		{datetime + ")R.", "made from unexpected arguments"},
		{datetime + "(Nt" + "R.", "made from unexpected arguments"},
		{datetime + "(S'\\x07\\xea\\x0f\\x02\\x03\\x04\\x05\\x00\\x00\\x00'\ntR.", "made from unexpected arguments"},
		{datetime + "(S'\\x07\\xea\\x01\\x02\\x03\\x04\\x05\\x00\\x00\\x00'\ncpytz\n_UTC\n)RtR.", "its time zone is not plain data"},
		{datetime + "(S'\\x07\\xea\\x01\\x02\\x03\\x04\\x05\\x00\\x00\\x00'\ncdatetime\ntimezone\n(NtRtR.", "made from unexpected arguments"},
		{datetime + "(S'\\x07\\xea\\x01\\x02\\x03\\x04\\x05\\x00\\x00\\x00'\nczoneinfo\nZoneInfo._unpickle\n(VNo/Where\nI1\ntRtR.", "unknown time zone"},
		{"cdatetime\ntimedelta\n(I1\ntR.", "made from unexpected arguments"},
		{"cdecimal\nDecimal\n(I1\ntR.", "made from unexpected arguments"},
		{"cuuid\nUUID\n)\x81}\x8c\x03intNsb.", "made from unexpected arguments"},
		{"cuuid\nUUID\n)\x81.", "made from unexpected arguments"},
		{"c_codecs\nencode\n(V\\u0100\nVlatin1\ntR.", "made from unexpected arguments"},
		{"c__builtin__\nset\n(NtR.", "made from unexpected arguments"},
		{"ccollections\nOrderedDict\n(I1\ntR.", "made from unexpected arguments"},
	}
	for _, test := range tests {
		value := Encoded{Text: pickled(test.ops), Codec: Pickle}.Decode()
		opaque, ok := value.(Opaque)
		if !ok || !strings.Contains(opaque.Reason, test.want) {
			t.Errorf("%.60q: got %#v, want %s", test.ops, value, test.want)
		}
	}
}

func TestTextThatIsNoPickleIsOpaque(t *testing.T) {
	t.Parallel()
	opaque, ok := Encoded{Text: "no pickle", Codec: Pickle}.Decode().(Opaque)
	if !ok || !strings.Contains(opaque.Reason, "not base64") || opaque.Raw != "no pickle" {
		t.Errorf("got %#v", opaque)
	}
}
