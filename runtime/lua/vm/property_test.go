package vm

import (
	"context"
	"math"
	"sort"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// evaluate runs an expression over arguments in a state of its own.
func evaluate(t *rapid.T, v *VM, source string, args ...lua.LValue) []lua.LValue {
	results, err := v.RunString(context.Background(), "property", source, args...)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return results
}

func quietVM(t *testing.T) *VM {
	t.Helper()
	v := newVM(Config{Limits: Limits{Memory: -1}})
	t.Cleanup(v.Close)
	return v
}

// TestPatternsAgreeWithPlainVM compares matching with gopher-lua's own matcher on patterns that
// it handles right: those without position captures, frontiers and back references.
func TestPatternsAgreeWithPlainVM(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	plain := lua.NewState()
	t.Cleanup(plain.Close)
	const program = "local s, p = ... return {string.find(s, p)}, {string.match(s, p)}, {string.gsub(s, p, '<%0>')}"
	theirs, err := plain.LoadString(program)
	if err != nil {
		t.Fatal(err)
	}
	piece := rapid.SampledFrom([]string{"a", "b", "x", ".", "%a", "%d", "[ab]", "[^a]", "[a-c]", "a*", "b+", ".-", "a?", ".*", "[ab]-", "(a)", "(b*)", "(.)", "%bab", "%.", " "})
	rapid.Check(t, func(rt *rapid.T) {
		source := strings.Join(rapid.SliceOfN(piece, 1, 5).Draw(rt, "pattern"), "")
		if rapid.Bool().Draw(rt, "anchored") {
			source = "^" + source
		}
		subject := rapid.StringOfN(rapid.SampledFrom([]rune("abcx1 .")), 1, 10, -1).Draw(rt, "subject")
		ours := evaluate(rt, v, program, lua.LString(subject), lua.LString(source))
		plain.Push(theirs)
		plain.Push(lua.LString(subject))
		plain.Push(lua.LString(source))
		plain.Call(2, 3)
		for i, name := range []string{"find", "match", "gsub"} {
			got, want := contents(ours[i].(*lua.LTable)), contents(plain.Get(i-3).(*lua.LTable))
			if name != "gsub" && got != want || name == "gsub" && !strings.Contains(source, "*") && !strings.Contains(source, "-") && !strings.Contains(source, "?") && got != want {
				rt.Fatalf("%s of %q in %q: got %s, plain %s", name, source, subject, got, want)
			}
		}
		plain.SetTop(0)
	})
}

// TestGsubIsFindRepeated holds gsub to find, whose matches it replaces one after the other.
func TestGsubIsFindRepeated(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		source := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", ".", "a*", "b+", ".-", "a?", "[^a]"}), 1, 4).Draw(rt, "pattern"), "")
		subject := rapid.StringOfN(rapid.SampledFrom([]rune("abc")), 0, 12, -1).Draw(rt, "subject")
		results := evaluate(rt, v, `
			local s, p = ...
			local out, at, count = {}, 1, 0
			while at <= #s + 1 do
			  local from, to = s:find("^" .. p, at)
			  -- find with an anchor matches at its start only
			  if from then count = count + 1 out[#out + 1] = "<" .. s:sub(from, to) .. ">" end
			  if from and to >= from then at = to + 1 else out[#out + 1] = s:sub(at, at) at = at + 1 end
			end
			local text, n = s:gsub(p, "<%0>")
			return table.concat(out), count, text, n`, lua.LString(subject), lua.LString(source))
		if results[0] != results[2] || results[1] != results[3] {
			rt.Fatalf("%q in %q: %v", source, subject, results)
		}
	})
}

func TestNumbersSurviveTheirText(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		integer := float64(rapid.Int64Range(-1<<53, 1<<53).Draw(rt, "integer"))
		results := evaluate(rt, v, "local n = ... return tonumber(tostring(n)), n .. '', loadstring('return ' .. n)()", lua.LNumber(integer))
		want := strconv.FormatInt(int64(integer), 10)
		if results[0] != lua.LNumber(integer) || results[1] != lua.LString(want) || results[2] != lua.LNumber(integer) {
			rt.Fatalf("%v: got %v", integer, results)
		}
		f := rapid.Float64().Draw(rt, "float")
		text := strconv.FormatFloat(f, 'g', 17, 64)
		if got := evaluate(rt, v, "return tonumber(...)", lua.LString(text)); got[0] != lua.LNumber(f) {
			rt.Fatalf("tonumber(%q) is %v", text, got[0])
		}
	})
}

func TestTonumberReadsOnlyNumbers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("0123456789.eExXabf+-_ ")), 0, 8, -1).Draw(rt, "text")
		value, ok := syntax.ParseNumber(text)
		if !ok {
			return
		}
		plain := strings.TrimSpace(text)
		if strings.ContainsAny(plain, "_ ") {
			rt.Fatalf("%q was read as %v", text, value)
		}
		if want, err := strconv.ParseFloat(plain, 64); err == nil && want != value && !math.IsInf(want, 0) {
			rt.Fatalf("%q was read as %v, want %v", text, value, want)
		}
	})
}

func TestSortSorts(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SliceOfN(rapid.StringN(0, 4, -1), 0, 40).Draw(rt, "words")
		list := v.L().NewTable()
		for i, word := range words {
			list.RawSetInt(i+1, lua.LString(word))
		}
		sort.Strings(words)
		results := evaluate(rt, v, "local t = ... table.sort(t) local c = {unpack(t)} table.sort(t, function(a, b) return a > b end) return c, t", list)
		for i, word := range words {
			up, down := results[0].(*lua.LTable).RawGetInt(i+1), results[1].(*lua.LTable).RawGetInt(len(words)-i)
			if up != lua.LString(word) || down != lua.LString(word) {
				rt.Fatalf("%q: item %d is %v and %v", words, i+1, up, down)
			}
		}
	})
}

func TestConcatJoins(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOfN(rapid.StringN(0, 3, -1), 1, 150).Draw(rt, "pieces")
		quotedPieces := make([]string, len(pieces))
		for i, piece := range pieces {
			quotedPieces[i] = quoteLua(piece)
		}
		want := lua.LString(strings.Join(pieces, ""))
		results := evaluate(rt, v, "return "+strings.Join(quotedPieces, " .. ")+", table.concat({"+strings.Join(quotedPieces, ", ")+"})")
		if results[0] != want || results[1] != want {
			rt.Fatalf("got %q and %q, want %q", results[0], results[1], want)
		}
	})
}

func TestQuotedStringsReadBack(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := lua.LString(rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(rt, "bytes"))
		if results := evaluate(rt, v, "return loadstring('return ' .. string.format('%q', ...))()", text); results[0] != text {
			rt.Fatalf("%q reads back as %q", text, results[0])
		}
	})
}

func TestUTF8CountsAsGoDoes(t *testing.T) {
	t.Parallel()
	v := quietVM(t)
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.String().Draw(rt, "text")
		results := evaluate(rt, v, `local s = ... local n, codes = 0, {} for p, c in utf8.codes(s) do n = n + 1 codes[n] = c end
			return utf8.len(s), n, utf8.char(unpack(codes))`, lua.LString(text))
		count := lua.LNumber(utf8.RuneCountInString(text))
		if results[0] != count || results[1] != count || results[2] != lua.LString(text) {
			rt.Fatalf("%q: got %v", text, results)
		}
	})
}
