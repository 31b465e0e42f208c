package bridge_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// FuzzTablesOfJSON compares the tables that are made of a text with those of its decoded value:
// kinds, contents, order of the keys, and errors.
func FuzzTablesOfJSON(f *testing.F) {
	for _, text := range []string{`{"b":1,"a":[2,{"d":null,"c":"x"}]}`, `{"a":1,"b":2,"a":3,"":4}`, ` [ 1.0 , 1e3, -0, 1e400, 123456789012345678901234567890, 9007199254740993 ] `,
		`"a\u00e9\n\"\ud83d"`, "{\"\xff\":\"\xfe\"}", `null`, `[null]`, `true`, `{}`, `[]`, `[[],{}]`, ``, `{`, `{"a"}`, `{"a":1,}`, `[1 2]`, `[1] 2`, `{"1":"x","2":[[[]]]}`,
		`{"json":{"b":1,"a":2},"__dbos_serializer":"superjson"}`, `{"json":{"at":"2026-01-02T03:04:05.678Z"},"meta":{"values":{"at":["Date"]},"v":1},"__dbos_serializer":"superjson"}`,
		`{"json":1,"json":[2],"__dbos_serializer":"superjson"}`, strings.Repeat("[", 10_001), strings.Repeat(`{"a":`, 9_999) + "1" + strings.Repeat("}", 9_999)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := newMachine(t)
		for _, e := range []codec.Encoded{{Text: text, Codec: codec.PortableJSON}, {Text: text, Codec: codec.SuperJSON}, {Text: text, Codec: codec.LegacyJSON},
			{Text: base64.StdEncoding.EncodeToString([]byte(text)), Codec: codec.DBOSJSON}} {
			got, gotErr := m.exposer.Encode(e)
			want, wantErr := m.exposer.Encode(e.Decode())
			if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || gotErr == nil && dump(m, got) != dump(m, want) {
				t.Errorf("%s %.200q:\n%.500s %v\nwant\n%.500s %v", e.Codec, text, dump(m, got), gotErr, dump(m, want), wantErr)
			}
		}
		checkSource(t, m, text)
	})
}

func checkSource(t *testing.T, m *machine, text string) {
	t.Helper()
	got, gotErr := m.exposer.Encode(codec.Source{Text: text, Wrong: func(err error) error { return err }})
	value, wantErr := codec.DecodeJSON(text)
	if value == nil {
		value = declare.Null
	}
	want, err := m.exposer.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(gotErr) != fmt.Sprint(wantErr) || gotErr == nil && dump(m, got) != dump(m, want) {
		t.Errorf("%.200q:\n%.500s %v\nwant\n%.500s %v", text, dump(m, got), gotErr, dump(m, want), wantErr)
	}
}

// dump has everything that a script can see of data.
func dump(m *machine, v lua.LValue) string {
	var b strings.Builder
	dumpTo(m, &b, v)
	return b.String()
}

func dumpTo(m *machine, b *strings.Builder, v lua.LValue) {
	table, isTable := v.(*lua.LTable)
	if !isTable {
		fmt.Fprintf(b, "%T", v)
		if ud, is := v.(*lua.LUserData); is {
			fmt.Fprintf(b, "(%p)", ud.Metatable)
		}
		fmt.Fprintf(b, "%q", m.state.ToStringMeta(v).String())
		return
	}
	fmt.Fprintf(b, "{%p ", table.Metatable)
	for k, item := table.Next(lua.LNil); k != lua.LNil; k, item = table.Next(k) {
		fmt.Fprintf(b, "%T%q=", k, k.String())
		dumpTo(m, b, item)
		b.WriteByte(';')
	}
	b.WriteByte('}')
}
