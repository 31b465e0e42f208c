package stdlib_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// seqPrelude has a list of what a sequence gives, an iterator that counts what was drawn of it,
// and one without end.
const seqPrelude = `
local function list(items) return table.concat(seq.to_array(seq.map(items, tostring)), " ") end
local drawn = 0
local function naturals() local n = 0 return function() n = n + 1 drawn = n return n end end
local function even(n) return n % 2 == 0 end
local orders = {{id = "a", total = 30, queue = "slow"}, {id = "b", total = 50}, {id = "c", total = 30, queue = "fast"}}
local function ids(items) return list(seq.map(items, "id")) end
`

func TestAnArrayWithAHole(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.raises(`seq.count({1, nil, 3})`, "InvalidArgument", `seq.count: argument "items": the array has no item 2, and one after it`)
	m.prints(`local t = {1, 2, 3} t[3] = nil print(seq.count(t), seq.count({}))`, "2\t0")
}

func TestSeq(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(list(seq.map({1, 2, 3}, function(n) return n * n end)))`:                                                          "1 4 9",
		`print(list(seq.map({1, 2, 3}, function(n) if n ~= 2 then return n end end)))`:                                           "1 3",
		`print(list(seq.map({1, 2}, function(n) return false end)))`:                                                             "false false",
		`print(list(seq.filter({1, 2, 3, 4}, even)))`:                                                                            "2 4",
		`print(ids(seq.filter(orders, "queue")))`:                                                                                "a c",
		`print(list(seq.flat_map({1, 2, 3}, function(n) if n ~= 2 then return {n, n * 10} end end)))`:                            "1 10 3 30",
		`print(list(seq.flat_map({"a b", "c"}, function(s) return s:gmatch("%a") end)))`:                                         "a b c",
		`print(list(seq.concat({1}, {}, seq.take(naturals(), 2), {4})))`:                                                         "1 1 2 4",
		`print(list(seq.concat()))`:                                                                                              "",
		`print(list(seq.take(naturals(), 3)), drawn)`:                                                                            "1 2 3\t3",
		`print(list(seq.take(naturals(), 0)), drawn)`:                                                                            "\t0",
		`print(list(seq.skip({1, 2, 3}, 2)), list(seq.skip({1}, 5)))`:                                                            "3\t",
		`print(list(seq.take_while(naturals(), function(n) return n < 4 end)), drawn)`:                                           "1 2 3\t4",
		`print(list(seq.uniq({3, 1, 3, 2, 1})), ids(seq.uniq(orders, "total")))`:                                                 "3 1 2\ta b",
		`print(list(seq.uniq{time.parse("2026-11-23"), time.parse("2026-11-23")}))`:                                              "2026-11-23T00:00:00Z",
		`print(list(seq.map(seq.chunk(seq.take(naturals(), 5), 2), table.concat)))`:                                              "12 34 5",
		`print(ids(seq.sort_by(orders, "total")), ids(seq.sort_by(orders, "total", {desc = true})))`:                             "a c b\tb a c",
		`print(ids(seq.sort_by(orders, "queue")), ids(seq.sort_by(orders, "queue", {desc = true})))`:                             "c a b\ta c b",
		`print(list(seq.sort_by({true, false, true})), list(seq.sort_by{"b", "a"}))`:                                             "false true true\ta b",
		`print(list(seq.sort_by{json.decode("9007199254740995"), 1, json.decode("9007199254740993")}))`:                          "1 9007199254740993 9007199254740995",
		`print(list(seq.sort_by{time.parse("2026-11-23"), time.parse("2025-11-23")}))`:                                           "2025-11-23T00:00:00Z 2026-11-23T00:00:00Z",
		`for e in seq.sort_by(seq.entries{b = 1, a = 2}, "key") do print(e.key, e.value) end`:                                    "a\t2\nb\t1",
		`print(list(seq.map(seq.entries(uuid.parse("01890a5d-ac96-774b-bcce-b302099a8057")), "key")))`:                           "text version time",
		`print(json.encode(seq.to_array({})), json.encode(seq.to_array(naturals and {1})))`:                                      "[]\t[1]",
		`local sum = 0 seq.each({1, 2, 3}, function(n) sum = sum + n end) print(sum)`:                                            "6",
		`print(seq.reduce({1, 2, 3}, function(a, n) return a .. n end, "0"), seq.reduce({}, print, nil))`:                        "0123\tnil",
		`print(seq.find({1, 2, 4}, even), seq.find({}), seq.find({7}), seq.find({1}, even))`:                                     "2\tnil\t7\tnil",
		`print(seq.find(naturals(), even), drawn)`:                                                                               "2\t2",
		`print(seq.any({1, 2}, even), seq.any({1}, even), seq.any({}, even))`:                                                    "true\tfalse\tfalse",
		`print(seq.all({2, 4}, even), seq.all({2, 1}, even), seq.all({}, even))`:                                                 "true\tfalse\ttrue",
		`print(seq.count({1, 2, 4}), seq.count({1, 2, 4}, even), seq.count(orders, "queue"))`:                                    "3\t2\t2",
		`print(seq.sum({1, 2.5}), seq.sum(orders, "total"), seq.sum({}), seq.sum(orders, function() end))`:                       "3.5\t110\t0\t0",
		`print(seq.sum{json.decode("9007199254740993"), 2})`:                                                                     "9007199254740995",
		`print(seq.min_by(orders, "total").id, seq.max_by(orders, "total").id, seq.min_by({}))`:                                  "a\tb\tnil",
		`print(seq.max_by(orders, "queue").id, seq.max_by({3, 9, 4}), seq.min_by({{}}, "x"))`:                                    "a\t9\tnil",
		`local g = seq.group_by(orders, "total") print(ids(g[30]), ids(g[50]))`:                                                  "a c\tb",
		`local c = seq.count_by(orders, "queue") print(c.slow, c.fast, c[""])`:                                                   "1\t1\t1",
		`local c = seq.count_by({1, 2, 3}, even) print(c[true], c[false])`:                                                       "1\t2",
		`print(seq.count_by{time.parse("2026-11-23")}["2026-11-23T00:00:00Z"])`:                                                  "1",
		`for w in seq.map(time.range("2026-01-01", "2026-01-03", "1d"), function(w) return w end) do print(#w, w[1] < w[2]) end`: "2\ttrue\n2\ttrue",
		`local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
		 print(list(seq.map(seq.chunk(co, 2), table.concat)))`: "12 3",
		`local co = coroutine.wrap(function() for n in seq.map({1, 2}, function(n) return n end) do coroutine.yield(n * 2) end end)
		 print(list(co))`: "2 4",
		`local made
		 local co = coroutine.wrap(function() made = seq.map({1, 2}, function(n) return n + 1 end) end) co()
		 print(list(made))`: "2 3",
	} {
		m.prints(seqPrelude+code, want)
	}
}

func TestSeqMistakes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`seq.map(nil, print)`:               `seq.map: argument "items": array or iterator expected, got nil`,
		`seq.map({a = 1}, print)`:           `seq.map: argument "items": array or iterator expected, got a table with the key a; seq.entries returns its keys and values`,
		`seq.map({1})`:                      `seq.map: argument "fn" is missing`,
		`seq.map({1}, 2)`:                   `seq.map: argument "fn": function or field name expected, got number`,
		`for _ in seq.map({1}, "x") do end`: `seq.map: argument "fn": a number has no field x`,
		`seq.to_array(seq.flat_map({1}, function() return 5 end))`: `seq.flat_map: argument "fn": array or iterator expected, got number`,
		`seq.sort_by({1, "a"})`:                          `seq.sort_by: argument "by": cannot compare string with number`,
		`seq.max_by({{}, {}}, function(x) return x end)`: `seq.max_by: argument "by": cannot compare table with table`,
		`seq.sum({"a"})`:                                 `seq.sum: argument "by": number expected, got string`,
		`seq.each({1}, "x")`:                             `seq.each: argument "fn": function expected, got string`,
		`seq.entries(5)`:                                 `seq.entries: argument "table": table or record expected, got number`,
		`seq.sort_by({1}, nil, {dsc = true})`:            `seq.sort_by: unknown option "dsc" (did you mean "desc"?)`,
		`seq.to_array(seq.concat({1}, 7))`:               `seq.concat: argument "items": array or iterator expected, got number`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
	m.raises(`seq.take({1}, -1)`, "InvalidOption", `seq.take: argument "n": must be at least 0, got -1`)
	m.raises(`seq.chunk({1}, 0)`, "InvalidOption", `seq.chunk: argument "size": must be at least 1, got 0`)
}

// A field that no item has is a mistake, and one that some have is not.
func TestSeqRefusesAFieldThatNoItemHas(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	const rows = `local rows = {{id = 1, status = "a"}, {id = 2, status = "b", queue = "q"}, {id = 3, status = "a", done = true}}
		local function each() local i = 0 return function() i = i + 1 return rows[i] end end `
	for _, call := range []string{"sort_by", "count_by", "group_by", "uniq", "sum", "min_by", "max_by", "map", "flat_map", "filter", "any", "all", "find", "count", "take_while"} {
		argument := "by"
		if slices.Contains([]string{"map", "flat_map", "filter", "any", "all", "find", "count", "take_while"}, call) {
			argument = "fn"
		}
		lists := []string{"rows", "each()"}
		if call == "all" || call == "take_while" {
			lists = lists[:1] // they draw no more of an iterator once they know
		}
		for _, list := range lists {
			m.raises(fmt.Sprintf(`%s local r = seq.%s(%s, "statsu") if type(r) == "function" then seq.to_array(r) end`, rows, call, list), "InvalidArgument",
				fmt.Sprintf(`seq.%s: argument "%s": no item has the field "statsu" (did you mean "status"?)`, call, argument))
		}
	}
	m.raises(rows+`seq.count_by(rows, "colour")`, "InvalidArgument", `seq.count_by: argument "by": no item has the field "colour"; they have id, status`)
	m.prints("local ok, err = pcall(seq.count_by, {{id = 1}}, 'idd')\nprint(err.where)", "runbook.lua:1")
	for code, want := range map[string]string{
		`print(list(seq.map(rows, "queue")), list(seq.map(each(), "queue")))`:                                  "q\tq",
		`print(list(seq.map(seq.sort_by(each(), "queue"), "id")))`:                                             "2 1 3",
		`print(seq.count(rows, "retried"), seq.any(each(), "colour"))`:                                         "0\tfalse",
		`print(seq.all(rows, "done"), list(seq.take_while(each(), "done")))`:                                   "false\t",
		`print(seq.sum({}, "total"), seq.sum({{}, {}}, "total"), seq.count({}, "x"))`:                          "0\t0\t0",
		`local strict = setmetatable({}, {__index = {status = "s"}}) print(list(seq.map({strict}, "status")))`: "s",
	} {
		m.prints(seqPrelude+rows+code, want)
	}
}

// An error that a function of the script raises arrives unchanged, with its own line.
func TestSeqLetsErrorsThrough(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints("local mine = {}\nlocal ok, err = pcall(seq.each, {1}, function() error(mine) end)\nprint(ok, err == mine)", "false\ttrue")
	m.prints("local ok, err = pcall(seq.to_array, seq.map({1}, function()\n error('no') end))\nprint(ok, err)", "false\trunbook.lua:2: no")
	m.prints("local ok, err = pcall(seq.count, {1}, function()\n env.get('X') end)\nprint(err.code, err.where)", "Denied\trunbook.lua:2")
}

// Many items pass through several stages, and none is held. It runs before the parallel tests,
// whose memory it would see too.
func TestSeqRunsInConstantMemory(t *testing.T) {
	m := newMachine(t, grants.Lists{})
	m.prints(seqPrelude+`
		collectgarbage()
		local before, most, count = collectgarbage("count"), 0, 0
		local big = seq.map(seq.take(naturals(), 20000), function(n) return ("x"):rep(2000) .. n end)
		local held = 40000
		for chunk in seq.chunk(seq.filter(big, function() return true end), 100) do
		  count = count + #chunk
		  if count % 5000 == 0 then
		    collectgarbage()
		    most = math.max(most, collectgarbage("count") - before)
		  end
		end
		print(count, most < held / 2 or most)`, "20000\ttrue")
}

// check runs a script for many lists: it gets one as items, and n and even.
func check(t *testing.T, law string) {
	t.Helper()
	m := newMachine(t, grants.Lists{})
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.IntRange(-5, 5), 0, 12).Draw(t, "items")
		n := rapid.IntRange(0, 15).Draw(t, "n")
		words := strings.Join(strings.Fields(fmt.Sprint(items)), ",")
		code := fmt.Sprintf("%s\nlocal items, n = json.decode('%s'), %d\nlocal function iterator() local i = 0 return function() i = i + 1 return items[i] end end\n%s", seqPrelude, words, n, law)
		if got, err := m.run(code); err != nil || got != "" {
			t.Fatalf("items %s, n %d: %s %v", words, n, got, err)
		}
	})
}

func TestSeqLaws(t *testing.T) {
	t.Parallel()
	for name, law := range map[string]string{
		"arrays and iterators are alike": `for _, f in ipairs{"uniq", "sort_by"} do assert(list(seq[f](items)) == list(seq[f](iterator()))) end`,
		"take and skip part a list":      `assert(list(items) == list(seq.concat(seq.take(iterator(), n), seq.skip(iterator(), n))))`,
		"chunks are the list":            `assert(list(items) == list(seq.flat_map(seq.chunk(iterator(), n + 1), function(c) return c end)))`,
		"chunks are full but the last": `local left = #items
			for c in seq.chunk(items, n + 1) do assert(#c == math.min(n + 1, left)) left = left - #c end assert(left == 0)`,
		"filters part a list": `assert(seq.count(items, even) + seq.count(items, function(x) return not even(x) end) == #items)`,
		"maps compose": `local f, g = function(x) return x + 1 end, function(x) return x * 2 end
			assert(list(seq.map(seq.map(iterator(), f), g)) == list(seq.map(items, function(x) return g(f(x)) end)))`,
		"groups are the counts": `local groups, counts = seq.group_by(items, even), seq.count_by(items, even)
			for k, c in pairs(counts) do assert(#groups[k] == c) end
			assert(seq.sum(seq.map(seq.entries(counts), "value")) == #items)`,
		"any is not none":     `assert(seq.any(items, even) == not seq.all(items, function(x) return not even(x) end))`,
		"sums are reductions": `assert(seq.sum(items) == seq.reduce(items, function(a, b) return a + b end, 0))`,
		"extremes are the ends of the order": `local sorted = seq.to_array(seq.sort_by(items))
			assert(seq.min_by(items) == sorted[1] and seq.max_by(items) == sorted[#sorted])`,
		"uniq once is uniq twice": `assert(list(seq.uniq(items)) == list(seq.uniq(seq.uniq(items))))
			assert(seq.count(seq.uniq(items)) == seq.count(seq.entries(seq.count_by(items))))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, law)
		})
	}
}

// The order is that of a stable sort, in both directions.
func TestSeqSortsStably(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	rapid.Check(t, func(t *rapid.T) {
		type item struct{ Key, Place int64 }
		keys := rapid.SliceOf(rapid.Int64Range(0, 3)).Draw(t, "keys")
		desc := rapid.Bool().Draw(t, "desc")
		var want []item
		rows := []any{}
		for i, key := range keys {
			want = append(want, item{key, int64(i)})
			rows = append(rows, map[string]any{"key": key, "place": int64(i)})
		}
		slices.SortStableFunc(want, func(a, b item) int {
			if desc {
				a, b = b, a
			}
			return int(a.Key - b.Key)
		})
		var lines []string
		for _, one := range want {
			lines = append(lines, fmt.Sprintf("%d\t%d", one.Key, one.Place))
		}
		text, err := codec.EncodeJSON(rows, "")
		if err != nil {
			t.Fatal(err)
		}
		code := fmt.Sprintf(`for x in seq.sort_by(json.decode('%s'), "key", {desc = %t}) do print(x.key, x.place) end`, text, desc)
		if got, err := m.run(code); err != nil || got != strings.Join(lines, "\n") {
			t.Fatalf("%s: %q (%v)", code, got, err)
		}
	})
}

// A sort of many values, of one kind or of none in places, is the one that comparing each with its
// neighbours comes to: by value, then by place, and what has no value last.
func TestSortByOrdersManyAsFew(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(`
		local seed = 7
		local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return seed % n end
		local kinds = {
			numbers = function() return random(9) - 4.5 end,
			texts = function() return ("k"):rep(random(3)) .. random(4) end,
			gaps = function() local n = random(6) if n > 1 then return n end end,
			truth = function() return random(2) == 1 end,
			times = function() return time.parse("2026-11-0" .. 1 + random(5)) end,
			exact = function() return random(2) == 1 and random(3) or json.decode("900719925474099" .. random(5)) end,
		}
		local function before(a, b)
			if type(a) == "boolean" then return not a and b end
			if type(a) == type(b) then return a < b end
			return type(a) == "number"
		end
		for name, draw in pairs(kinds) do
			for round = 1, 20 do
				local desc = round % 2 == 0
				local rows, want = {}, {}
				for i = 1, round * 2 do
					local row = {place = i, value = draw()}
					rows[i] = row
					local at = #want + 1
					while at > 1 and row.value ~= nil do
						local other = want[at - 1].value
						if other ~= nil and not (desc and before(other, row.value) or not desc and before(row.value, other)) then break end
						at = at - 1
					end
					table.insert(want, at, row)
				end
				local i = 0
				for row in seq.sort_by(rows, function(r) return r.value end, {desc = desc}) do
					i = i + 1
					if row ~= want[i] then error(name .. " of " .. #rows .. " differ at " .. i) end
				end
				if i ~= #rows then error(name .. " has " .. i .. " of " .. #rows) end
			end
		end
		print("sorted")`, "sorted")
}
