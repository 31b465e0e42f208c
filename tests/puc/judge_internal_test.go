package puc

import (
	"regexp"
	"strings"
	"testing"
)

func newJudge(t *testing.T) *Judge {
	t.Helper()
	judge, err := NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(judge.Close)
	return judge
}

// constructs are what random programs hold, each found by a pattern in its source, and in how many
// of 1,000 they stand at least. The test counts fewer programs, and allows half of that for chance.
var constructs = []struct {
	name, pattern string
	least         int
}{
	{"assignment to several variables", `(?m)^\w+(\.\w+)*, [\w.,\[\]" ]+ = `, 300},
	{"swap of list items", `gd\.list\[\d\].*= .*gd\.list\[\d\]`, 100},
	{"fewer values than variables", `local \w+, \w+(, \w+)*\n`, 30},
	{"varargs before another value", `\.\.\., `, 100},
	{"varargs in brackets", `\(\.\.\.\)`, 100},
	{"a call on a call", `\)\(`, 300},
	{"a method of a call's result", `\):\w+\(`, 300},
	{"a call as a statement", `(?m)^(do )?\w+\(.*\)( end)?$`, 300},
	{"closures in a loop", `keep\[#keep \+ 1\] = function`, 400},
	{"break", `\bbreak\b`, 300},
	{"goto forward", `goto (skip|continue)`, 200},
	{"goto out of two loops", `goto out`, 100},
	{"goto back", `goto top`, 100},
	{"and, or", ` and .* or `, 500},
	{"not", `\bnot\b`, 300},
	{"constructor with a call at its end", `end\)\([^)]*\)\}`, 50},
	{"nested constructor", `\{[^{}\n]*\{`, 300},
	{"metatable", `setmetatable\(`, 150},
	{"metamethods", `__(add|index|newindex|eq|lt|le|call|concat|unm|tostring) =`, 100},
	{"thread", `coroutine\.(wrap|create)`, 300},
	{"thread as an iterator", `in coroutine\.wrap`, 30},
	{"yield", `coroutine\.yield`, 200},
	{"pcall", `pcall\(function`, 300},
	{"xpcall", `xpcall\(function`, 50},
	{"an error raised again", `error\((e|select)`, 10},
	{"numeric for", `for \w+ = `, 400},
	{"generic for", `for \w+, \w+ in `, 400},
	{"generic for with two values", `in next, \{`, 30},
	{"while", `\bwhile\b`, 100},
	{"repeat", `\brepeat\b`, 100},
	{"an endless loop that is left", `(while (true|1)|until (false|nil))\b`, 50},
	{"constant condition", `if (true|false|nil|1|""|not nil) then`, 100},
	{"long elseif", `elseif(?s:.*)elseif(?s:.*)elseif`, 50},
	{"local function", `local function`, 100},
	{"function in a field", `function g[dt]\.`, 20},
	{"method definition", `function g[dt][\w.]*:`, 20},
	{"return from a loop", `then return .* end\b`, 200},
	{"tail call", `return v\d+\(`, 20},
	{"concatenation with a call", `\.\. [^ ]*\):gsub`, 100},
	{"chain without brackets", `\(-?\w+ [-+*] [^()\n]+ [-+*] [^()\n]+\)`, 50},
	{"power", `\^`, 200},
	{"a chunk compiled at run time", `loadstring\(`, 30},
	{"another environment", `setfenv\(`, 20},
	{"hundreds of constants", `k100 = `, 20},
	{"table functions", `table\.(insert|remove|concat|sort)`, 200},
	{"unpack and select", `(unpack|select)\(`, 300},
	{"callback of the library", `(gsub\("%w", |sort\(\w+, |foreachi\(.*)function`, 50},
	{"the whole as a callback, a method or a thread", `function(\(| gt[.:]run\()p\d`, 200},
}

// TestRandomProgramsHoldEveryConstruct counts what the generator writes.
func TestRandomProgramsHoldEveryConstruct(t *testing.T) {
	t.Parallel()
	const programs = 250
	sources := make([]string, programs)
	for i := range sources {
		sources[i] = Program(7, uint64(i)).Source()
	}
	for _, c := range constructs {
		pattern, count := regexp.MustCompile(c.pattern), 0
		for _, source := range sources {
			if pattern.MatchString(source) {
				count++
			}
		}
		t.Logf("%s: %d of %d programs", c.name, count, programs)
		if count*1000 < c.least*programs/2 {
			t.Errorf("%s: in %d of %d programs only", c.name, count, programs)
		}
	}
}

// TestRandomCallsNameEveryFunction counts which functions of the library the generator calls.
func TestRandomCallsNameEveryFunction(t *testing.T) {
	t.Parallel()
	all := strings.Join(Calls(7, 0, 3000), "\n")
	for _, name := range strings.Fields(`string.format string.find string.match string.gmatch string.gsub string.rep string.sub
		string.byte string.char string.reverse string.upper string.lower string.len table.concat table.insert table.remove
		table.maxn table.foreachi table.getn table.sort unpack select next rawget rawequal rawset type tonumber tostring
		pcall assert error ipairs setmetatable math.max math.min math.fmod math.pow math.floor math.ceil math.sqrt
		math.frexp math.ldexp math.modf os.date os.time coroutine.wrap coroutine.create coroutine.yield`) {
		if !strings.Contains(all, name+"(") {
			t.Errorf("no call of %s", name)
		}
	}
}

// TestALimitOfOneProgramLeavesTheNextAlone reaches each limit of lua5.1, and then none.
func TestALimitOfOneProgramLeavesTheNextAlone(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	for _, endless := range []string{
		"while true do end",
		"local t = {} for i = 1, 300 do t[i] = ('x'):rep(1e6) .. i end while true do end",
		"for i = 1, 40 do pcall(coroutine.wrap(function() while true do pcall(function() while true do end end) end end)) end",
	} {
		if got, err := judge.reference.Run(endless); err != nil || got.End != TooLong {
			t.Errorf("%s: ended with %q (%v)", endless, got.text(), err)
		}
		const short = "local co = coroutine.wrap(function(...) return ... end) for i = 1, 5000 do local t = {i} end print(co(7))"
		if got, err := judge.reference.Run(short); err != nil || got.text() != "7\nok\n" {
			t.Errorf("after %s a program ended with %q (%v)", endless, got.text(), err)
		}
	}
}

// TestACallIsJudgedByItself puts a call that never ends, and then one that differs, between others.
func TestACallIsJudgedByItself(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	calls := []string{
		"1 + 1", "(function() while true do end end)()", "('x'):rep(3)", "next({}, nil)", "math.pi > 3",
	}
	found, skipped, err := judge.compareCalls(calls)
	if err != nil || skipped != 1 {
		t.Errorf("%d calls skipped, not 1 (%v)", skipped, err)
	}
	for _, d := range found {
		t.Errorf("call %d differs: %s", d.index, d)
	}
	judge.ours = &Ours{prepare: NewOurs().prepare, before: "function rawequal() return 'another' end "}
	found, skipped, err = judge.compareCalls([]string{"1", "rawequal(2, 2)", "(function() while true do end end)()", "3"})
	if err != nil || skipped != 1 || len(found) != 1 || found[0].index != 1 {
		t.Errorf("found %d differences, skipped %d (%v)", len(found), skipped, err)
	}
}

// TestNumbersAreRewrittenWhereverTheyStand compares NaN and long integers with the page.
func TestNumbersAreRewrittenWhereverTheyStand(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"a-nanb", "ananb"}, {"-nan", "nan"}, {"aa351843720888319aa", "aa3.5184372088832e+14aa"}, {"1407374883553279", "1.4073748835533e+15"},
		{`on the string "q\"", which is no number (texts are joined with ..)`, "on string"}, {"100000000000000", "1e+14"}, {"-123456789012345", "-1.2345678901234e+14"},
	} {
		if normalize(same[0]) != normalize(same[1]) {
			t.Errorf("%q and %q count as different: %q, %q", same[0], same[1], normalize(same[0]), normalize(same[1]))
		}
	}
	for _, other := range [][2]string{
		{"0.012345678901234", "0.12345678901234"}, {"0.0012345678901234", "0.012345678901234"}, {"123456789012345", "123456789012444"},
		{"12345678901234", "12345678901235"}, {"nan", "inf"}, {"1234567890123456789", "1.2345678901235e+18"},
	} {
		if normalize(other[0]) == normalize(other[1]) {
			t.Errorf("%q and %q count as the same", other[0], other[1])
		}
	}
}

// TestTextsOfNumbersDecideWhatIsCompared runs programs that differ, and go on with the text of a
// number. They say nothing only if Lua 5.1 writes it otherwise on purpose.
func TestTextsOfNumbersDecideWhatIsCompared(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	program := func(number string) Case {
		return Case{Root: node(Block,
			node(Fixed, guard("guarding() "), "local n = ", number),
			node(Statement, "out(#(", seen(node(Number, "n")), ` .. "x"), `, goText{"2", "1"}, ")"))}
	}
	for number, want := range map[string]Verdict{"-0": Deviating, "0/0": Deviating, "1e999": Deviating, "2^50": Deviating, "1e14": Deviating, "12": Compared, "1e16": Compared, "0.5": Compared} {
		verdict, d, err := judge.compareGuarded(program(number))
		if err != nil || verdict != want || (d != nil) != (want == Compared) {
			t.Errorf("%s: %s, not %s (%v, %v)", number, verdict, want, d, err)
		}
	}
}

// TestALimitOfOursIsNoDifference runs a program that goes beyond what one string may hold here, and
// one that does not.
func TestALimitOfOursIsNoDifference(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	for count, want := range map[string]Verdict{"70000000": TooLarge, "70": Compared} {
		source := "print(#(('x'):rep(" + count + ")))"
		if verdict, d, err := judge.compare([]string{source}, source); err != nil || d != nil || verdict != want {
			t.Errorf("%s bytes: %s %v (%v)", count, verdict, d, err)
		}
	}
	long := &Difference{Reference: Outcome{Output: strings.Repeat("x", 1<<20)}}
	if text := long.String(); len(text) > 2*maxShown || !strings.Contains(text, "bytes more") {
		t.Errorf("a difference is shown in %d bytes", len(text))
	}
}

// TestALineOfTheSameStatementIsNoDifference accepts another line of only the same statement.
func TestALineOfTheSameStatementIsNoDifference(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	program := func(statements ...*Node) Case {
		root := node(Block, node(Statement, "local x = 1"))
		for _, s := range statements {
			root.Parts = append(root.Parts, s)
		}
		return Case{Root: root}
	}
	one := node(Statement, "x = function()\nend .. \"a\"")
	if verdict, d, err := judge.compareGuarded(program(one)); err != nil || d != nil || verdict != Compared {
		t.Errorf("%s %v (%v)", verdict, d, err)
	}
	other := []*Node{node(Statement, goText{`error("a")`, ""}), node(Statement, goText{"", `error("a")`})}
	if _, d, err := judge.compareGuarded(program(other...)); err != nil || d == nil {
		t.Errorf("another statement was accepted (%v)", err)
	}
	if sameOutcome(newOutcome("bad argument #1 to 'max' (x)\n", "ok"), newOutcome("bad argument #2 to '?' (x)\n", "ok")) ||
		!sameOutcome(newOutcome("bad argument #2 to 'max' (x)\n", "ok"), newOutcome("bad argument #2 to '?' (x)\n", "ok")) {
		t.Error("the name alone may be another one")
	}
}

// TestEveryProgramIsCountedOnce holds the counts of a report, with a difference whose reduction
// runs many programs.
func TestEveryProgramIsCountedOnce(t *testing.T) {
	t.Parallel()
	report, err := Run(Options{Seed: 3, Programs: 60, Calls: 150, Most: 5}, func(d string) { t.Error(d) })
	if err != nil {
		t.Fatal(err)
	}
	sum := uint64(0)
	for _, count := range report.Verdicts {
		sum += count
	}
	if sum != 60 || report.Programs != 60 || report.Calls != 150 || report.SkippedCalls > 150 {
		t.Errorf("counted %+v", report)
	}
	judge := newJudge(t)
	verdict, d, err := judge.CompareProgram(Case{Root: node(Block, node(Statement, "out(1)"), node(Statement, "out(", goText{"2", "3"}, ")"))})
	if err != nil || verdict != Compared || d == nil || d.Source != "out(2)\n" {
		t.Errorf("%s, %v (%v)", verdict, d, err)
	}
}

// TestALocalOfAPromptIsNoLocalOfAFunction holds the deviation of the prompt to prompts.
func TestALocalOfAPromptIsNoLocalOfAFunction(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	root := node(Block, node(Statement, "local old, unset = {}"), node(Statement, "local v, get = old"), node(Statement, "v.x, old.y = (function() v = {} return 1 end)(), 2"),
		node(Statement, "out(v, old, get, unset)"))
	if verdict, d, err := judge.compareGuarded(Case{Root: root, Prompt: true}); err != nil || d != nil || verdict != Deviating {
		t.Errorf("%s %v (%v)", verdict, d, err)
	}
	if verdict, d, err := judge.compareGuarded(Case{Root: root}); err != nil || d != nil || verdict != Compared {
		t.Errorf("as a script: %s %v (%v)", verdict, d, err)
	}
	root.Parts = append(root.Parts, node(Statement, "out(", goText{"1", "2"}, ")"))
	if _, d, err := judge.compareGuarded(Case{Root: root, Prompt: true}); err != nil || d == nil {
		t.Errorf("no difference was found (%v)", err)
	}
}

// TestAPromptRunsEachStatementByItself names the line in the whole program.
func TestAPromptRunsEachStatementByItself(t *testing.T) {
	t.Parallel()
	judge := newJudge(t)
	root := node(Block, node(Statement, "local a, b = 1, 2"), node(Statement, "a, b = b, a\nout(a, b)"), node(Statement, "error('stop')"), node(Statement, "out(5)"))
	verdict, d, err := judge.compareGuarded(Case{Root: root, Prompt: true})
	if err != nil || verdict != Compared || d != nil {
		t.Errorf("%s %v (%v)", verdict, d, err)
	}
	if got := judge.ours.Run(Case{Root: root, Prompt: true}.inputs(form{})...); got.text() != "2 1\nerror p:4: stop\n" {
		t.Errorf("printed %q", got.text())
	}
}
