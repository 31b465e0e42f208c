package bridge_test

import (
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestScriptsSeeValues(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{
		"null": `
			local d = farm.data()
			assert(d.null == farm.null and tostring(farm.null) == "null" and d.list[1] == farm.null)
			assert(farm.echo(nil) == nil and farm.echo(farm.null) == nil)`,
		"empty": `
			local d = farm.data()
			assert(next(d.empty_list) == nil and #d.empty_list == 0 and next(d.empty_map) == nil)`,
		"exact integers": `
			local d = farm.data()
			assert(tostring(d.int) == "9007199254740993" and tostring(d.big) == "123456789012345678901234567890")
			assert(d.int == d.int + 0 and d.int < d.big and d.int <= d.big and not (d.big <= d.int) and d.int ~= d.big)
			assert(tostring(d.int * 2) == "18014398509481986" and tostring(-d.int) == "-9007199254740993")
			assert(tostring(d.big % 1000) == "890" and type(d.big % 1000) == "number")
			assert(d.int - 1 == 9007199254740992 and type(d.int - 1) == "number")
			assert(tostring(1 + d.int) == "9007199254740994" and d.int / 1 == 9007199254740992)
			assert(d.big:tonumber() == 123456789012345678901234567890)
			assert(("n" .. d.int) == "n9007199254740993" and d.int .. "" == "9007199254740993")
			assert(-d.int % 10 == 7 and tostring(d.int + 0.5) == tostring(9007199254740992 + 0.5))`,
		"times": `
			local t = farm.data().time
			assert(tostring(t) == "2026-11-23T10:00:00Z" and t:unix() == 1795428000 and t:unix_ms() == 1795428000000)
			local u = t + "1h30m"
			assert(u - t == 5400 and t < u and t <= u and u > t and t ~= u and t == u - 5400 and u == "1h30m" + t)
			assert(t:format("%Y-%m-%d %H:%M") == "2026-11-23 10:00")
			assert(t:format("%H:%M", {tz = "Europe/Berlin"}) == "11:00")
			assert(t.year == 2026 and t.month == 11 and t.day == 23 and t.hour == 10 and t.min == 0 and t.sec == 0)
			assert(t.weekday == 2 and t.yday == 327)
			assert(("at " .. t) == "at 2026-11-23T10:00:00Z")
			assert(tostring(t + 0.25) == "2026-11-23T10:00:00.250Z" and tostring(t + "1us") == "2026-11-23T10:00:00.000001Z")`,
		"time is its own data": `assert(farm.echo({farm.data().time})[1] == farm.data().time)`,
		"maps are in order": `
			local keys = {}
			for k in pairs(farm.data()) do keys[#keys + 1] = k end
			local sorted = {unpack(keys)}
			table.sort(sorted)
			assert(table.concat(keys) == table.concat(sorted))`,
		"number objects keep keys apart": `assert(farm.echo({["1"] = "a"})["1"] == "a")`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newMachine(t).must(t, code)
		})
	}
}

func TestDataArrivesExactly(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.must(t, `farm.echo(farm.data())`)
	if want := everyKind(); !reflect.DeepEqual(m.seen, want) {
		t.Errorf("got  %#v\nwant %#v", m.seen, want)
	}
}

// data generates the value model: everything JSON can say, and times.
func data() *rapid.Generator[any] {
	scalar := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.Float64(), float),
		rapid.Map(rapid.Uint64(), func(u uint64) any { return new(big.Int).Lsh(new(big.Int).SetUint64(u|1), 70) }),
		rapid.Map(rapid.Int64Range(-1e9, 1e10), func(s int64) any { return time.Unix(s, 5e6).UTC() }),
	)
	return rapid.Custom(func(t *rapid.T) any { return nested(t, scalar, 4) })
}

// float keeps to floats that are no integers: those come back as integers.
func float(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) || f == math.Trunc(f) {
		return 0.5
	}
	return f
}

func nested(t *rapid.T, scalar *rapid.Generator[any], depth int) any {
	switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
	case depth == 0 || kind <= 1:
		return scalar.Draw(t, "scalar")
	case kind == 2:
		list := []any{}
		for range rapid.IntRange(0, 5).Draw(t, "length") {
			list = append(list, nested(t, scalar, depth-1))
		}
		return list
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 5).Draw(t, "keys") {
		object[rapid.String().Draw(t, "key")] = nested(t, scalar, depth-1)
	}
	return object
}

func TestValuesRoundTrip(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	rapid.Check(t, func(t *rapid.T) {
		want := data().Draw(t, "value")
		v, err := m.exposer.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.exposer.Decode(v)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %#v, %v\nwant %#v", got, err, want)
		}
	})
}
