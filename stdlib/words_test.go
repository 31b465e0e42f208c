package stdlib_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(json.encode({b = 1, a = {1, 2}, n = json.null, e = {}, l = json.array{}, o = json.object{}}))`: `{"b":1,"a":[1,2],"n":null,"e":{},"l":[],"o":{}}`,
		`print(json.encode(json.decode('{"a":9007199254740993,"b":1e400,"c":[],"d":{},"e":null}')))`:          `{"a":9007199254740993,"b":1e400,"c":[],"d":{},"e":null}`,
		`print(json.encode({a = {1}}, {indent = 2}))`:                                                         "{\n  \"a\": [\n    1\n  ]\n}",
		`print(json.encode(nil), json.encode("</a>&"), json.encode(1e20))`:                                    `null	"</a>&"	100000000000000000000`,
		`print(json.encode(time.parse("2026-01-02T03:04:05.123Z")))`:                                          `"2026-01-02T03:04:05.123Z"`,
		`print(json.decode("null") == json.null, json.null == nil, json.null)`:                                "true	false	null",
		`print(json.decode('"\\ud83d\\ude00 \\u00e9"'), json.decode('{"a":1,"a":2}').a, json.decode(" 1 "))`:  "😀 é	2	1",
		`print(#json.decode("[]"), json.decode('[1,null,3]')[3], json.encode(json.decode('[1,null,3]')))`:     "0	3	[1,null,3]",
	} {
		m.prints(code, want)
	}
	for code, want := range map[string]string{
		`json.encode({1, 2, nil, 4})`:                          `json.encode: argument "value": value[3]: nil in an array`,
		`json.encode({a = {0/0}})`:                             `json.encode: argument "value": value.a[1]: NaN is not JSON data`,
		`json.encode({1, x = 2})`:                              `json.encode: argument "value": a table with both array elements and the key "x" is not JSON data`,
		`json.encode({f = print})`:                             `json.encode: argument "value": value.f: a function is not JSON data`,
		`local t = {} t.t = t json.encode(t)`:                  `json.encode: argument "value": value.t: the table contains itself, which is not JSON data`,
		`json.encode("a\255")`:                                 `json.encode: argument "value": text that is not UTF-8 is not JSON data`,
		`json.decode('{"a":1,}')`:                              `json.decode: argument "text": invalid JSON at line 1, column 8: expected a member name in double quotes, found '}'`,
		`json.decode("")`:                                      `json.decode: argument "text": invalid JSON at line 1, column 1: expected a value, found end of text`,
		`json.decode("1 2")`:                                   `json.decode: argument "text": invalid JSON at line 1, column 3: unexpected '2' after the value`,
		`json.decode(("["):rep(100000))`:                       `json.decode: argument "text": invalid JSON at line 1, column 10001: nested more than 10000 levels deep`,
		`json.encode({[json.decode("9007199254740993")] = 1})`: `json.encode: argument "value": an integer is no key of JSON data, which are strings`,
		`json.encode({[{}] = 1})`:                              `json.encode: argument "value": a table is no key of JSON data, which are strings`,
		`json.encode({[true] = 1})`:                            `json.encode: argument "value": the key true is no string`,
		`json.encode({}, {indnt = 2})`:                         `json.encode: unknown option "indnt" (did you mean "indent"?)`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
}

func TestTime(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	const at = `local t = time.parse("2026-01-02T03:04:05Z") `
	for code, want := range map[string]string{
		at + `print(t, t + "1h", t - "1d", t + 1)`:                                                                                                "2026-01-02T03:04:05Z	2026-01-02T04:04:05Z	2026-01-01T03:04:05Z	2026-01-02T03:04:06Z",
		at + `print(t < t + 1, t <= t, t - (t + 60), t == time.parse("2026-01-02T04:04:05+01:00"))`:                                               "true	true	-60	true",
		at + `print(t:unix(), t:unix_ms(), t:format("2006-01-02"), t:format("%Y/%m"), time.format(t, "15:04"))`:                                   "1767323045	1767323045000	2026-01-02	2026/01	03:04",
		`print(time.now(), time.ago("1h"), time.now() - time.ago("7d"))`:                                                                          "2026-11-23T10:00:00Z	2026-11-23T09:00:00Z	604800",
		`print(time.parse("2026-01-02", {tz = "America/New_York"}), time.parse("-24h"))`:                                                          "2026-01-02T05:00:00Z	2026-11-22T10:00:00Z",
		`print(time.duration("1h30m"), time.duration("7d"), time.duration(90), time.duration("-5m"))`:                                             "5400	604800	90	-300",
		`for from, to in time.range("2026-01-01T00:00:00Z", "2026-01-01T02:30:00Z", "1h") do print(from:format("15:04"), to:format("15:04")) end`: "00:00	01:00\n01:00	02:00\n02:00	02:30",
	} {
		m.prints(code, want)
	}
	for code, want := range map[string]string{
		`time.parse("2026-02-30T00:00:00Z")`:           `time.parse: argument "text": "2026-02-30T00:00:00Z" is no time`,
		`time.parse("2026-01-02", {tz = "Mars/Base"})`: `time.parse: argument "tz": there is no time zone "Mars/Base"`,
		`time.duration("5 minutes")`:                   `time.duration: argument "duration": "5 minutes" is no duration`,
		`time.range("2026-01-01", "2026-01-02", "0s")`: `time.range: argument "step" is not positive`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
}

func TestInspectWritesBytesAsEscapes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(`print(inspect.dump({"\195\188", "a\200", "\27[31m"}))`, `{"ü", "a\200", "\027[31m"}`)
}

func TestALinkToItself(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	if err := os.Symlink("circle", m.path("circle")); err != nil {
		t.Fatal(err)
	}
	_, err := m.run(`fs.read("` + m.folder + `/circle")`)
	if err == nil || !strings.HasSuffix(err.Error(), `/circle": too many levels of symbolic links`) {
		t.Errorf("%v", err)
	}
}

// A search that goes on for seconds ends with the run, which leaves it behind, and so does the
// parsing of a template.
func TestLongSearchesEndWithTheRun(t *testing.T) {
	t.Parallel()
	const prepare = `local text, pattern, long = ("a"):rep(20000), ("(a?){900}b|"):rep(5) .. "c", ("{{with .}}x{{end}}"):rep(1500000) log.info("now") `
	for _, call := range []string{
		`re.test(text, pattern)`, `re.match(text, pattern)`, `re.find(text, pattern)`, `re.find_all(text, pattern)`, `re.split(text, pattern)`,
		`re.replace(text, pattern, "")`, `template.render(long, 1)`,
	} {
		var left int64
		// A busy machine may not have begun the call when the run ends.
		for delay := 200 * time.Millisecond; left == 0 && delay < 5*time.Second; delay *= 4 {
			left = leftBehind(t, prepare+call, delay)
		}
		if left != 1 {
			t.Errorf("%s: %d calls are left behind", call, left)
		}
	}
}

// leftBehind interrupts a script some time after its first log line, and returns how many calls it
// leaves behind.
func leftBehind(t *testing.T, script string, delay time.Duration) int64 {
	abandoned := &stdlib.AbandonedCalls{}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) {
		h.Abandoned, h.Logger = abandoned, slog.New(onRecord{func() { time.AfterFunc(delay, cancel) }})
	})
	_, err := m.vm.RunString(ctx, "runbook.lua", script)
	if stopped, ok := errors.AsType[*vm.ScriptError](err); !ok || stopped.Kind != vm.Interrupted {
		t.Errorf("%s: %v", script, err)
	}
	return abandoned.Count()
}

// onRecord does something at each record.
type onRecord struct{ do func() }

func (onRecord) Enabled(context.Context, slog.Level) bool    { return true }
func (o onRecord) Handle(context.Context, slog.Record) error { o.do(); return nil }
func (o onRecord) WithAttrs([]slog.Attr) slog.Handler        { return o }
func (o onRecord) WithGroup(string) slog.Handler             { return o }

// The calls that runs leave behind are bounded: each holds a thread.
func TestFewCallsAreLeftBehind(t *testing.T) {
	t.Parallel()
	abandoned := &stdlib.AbandonedCalls{}
	const code = `log.info("now") return re.test(("a"):rep(20000), ("(a?){900}b|"):rep(5) .. "c")`
	for run := 0; run < 20 && abandoned.Count() < 8; run++ {
		ctx, cancel := context.WithCancel(t.Context())
		m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) {
			h.Abandoned, h.Logger = abandoned, slog.New(onRecord{func() { time.AfterFunc(10*time.Millisecond, cancel) }})
		})
		_, _ = m.vm.RunString(ctx, "runbook.lua", code)
		cancel()
	}
	m := newMachine(t, grants.Lists{}, func(h *stdlib.Host) { h.Abandoned = abandoned })
	if _, err := m.vm.RunString(t.Context(), "runbook.lua", code); err == nil || !strings.Contains(err.Error(), "8 calls of earlier runs") {
		t.Errorf("with %d calls left behind, one more ended with %v", abandoned.Count(), err)
	}
}
