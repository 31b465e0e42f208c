package bridge_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
)

// The target is half a microsecond and 0.2 kB for a record made.
func BenchmarkRecordMade(b *testing.B) {
	m := newMachine(b)
	rows := make([]animal, 1000)
	for i := range rows {
		rows[i] = cow()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i += len(rows) {
		if _, err := m.exposer.Encode(rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(rows)), "ns/record")
}

func benchChunk(b *testing.B, setup, code string) {
	m := newMachine(b)
	m.must(b, setup)
	f, err := m.state.LoadString(code)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.state.Push(f)
		m.state.Call(0, 0)
	}
}

func BenchmarkFieldRead(b *testing.B) {
	benchChunk(b, `c = farm.animals()[1]`, `local c = c; for i = 1, 1000 do local x = c.kind end`)
}

func BenchmarkTimeFieldRead(b *testing.B) {
	benchChunk(b, `c = farm.animals()[1]`, `local c = c; for i = 1, 1000 do local x = c.born end`)
}

func BenchmarkCallNoArguments(b *testing.B) {
	benchChunk(b, ``, `local f = farm.none; for i = 1, 1000 do f() end`)
}

func BenchmarkCallWithOptions(b *testing.B) {
	benchChunk(b, ``, `local f = farm.care; for i = 1, 1000 do f({"w1"}, "t", {queue_name = "q", limit = 5}) end`)
}

func BenchmarkIterate(b *testing.B) {
	benchChunk(b, ``, `for a in farm.walk(10) do local x = a.id end`)
}

func value() any {
	return map[string]any{"id": "w1", "n": int64(5), "items": []any{int64(1), "two", nil, map[string]any{"a": 1.5}}}
}

func BenchmarkValueEncode(b *testing.B) {
	m := newMachine(b)
	v := value()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.exposer.Encode(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValueDecode(b *testing.B) {
	m := newMachine(b)
	v, err := m.exposer.Encode(value())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.exposer.Decode(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecordToData(b *testing.B) {
	m := newMachine(b)
	c := cow()
	b.ReportAllocs()
	for b.Loop() {
		v, _ := m.exposer.Encode(&c)
		if _, err := m.exposer.Decode(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewExposer(b *testing.B) {
	module := (&farm{}).module()
	reg := declare.NewRegistry(module)
	state := lua.NewState()
	defer state.Close()
	b.ReportAllocs()
	for b.Loop() {
		bridge.New(state, reg, bridge.Options{}).Open(module)
	}
}
