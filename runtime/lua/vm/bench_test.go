package vm

import (
	"context"
	"testing"
)

// BenchmarkNew is what every run pays for its state.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(Config{}).Close()
	}
}

func BenchmarkScripts(b *testing.B) {
	for _, script := range []struct{ name, source string }{
		{"loop", `local x = 0 for i = 1, 100000 do x = x + i % 7 end`},
		{"concat", `local s for i = 1, 100000 do s = "a" .. i .. "b" end`},
		{"pcall", `local f = function() end for i = 1, 100000 do pcall(f) end`},
		{"pcall error", `local f = function() error("x") end for i = 1, 10000 do pcall(f) end`},
		{"yield", `local co = coroutine.wrap(function() while true do coroutine.yield(1) end end) for i = 1, 100000 do co() end`},
		{"coroutine", `local f = function() end for i = 1, 1000 do coroutine.wrap(f)() end`},
		{"gsub", `local s = ("hello world "):rep(1000) for i = 1, 10 do s:gsub("%w+", "<%0>") end`},
		{"match", `local s = ("hello world "):rep(10) .. "key=12" for i = 1, 10000 do s:match("(%w+)=(%d+)") end`},
		{"sort", `local t = {} for i = 1, 10000 do t[i] = (i * 7919) % 10007 end table.sort(t)`},
		{"format", `for i = 1, 10000 do local s = string.format("%d %s %5.2f", i, "x", i / 3) end`},
	} {
		b.Run(script.name, func(b *testing.B) {
			v := New(Config{})
			defer v.Close()
			program, err := Compile(script.name, script.source)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := v.Run(context.Background(), program); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
