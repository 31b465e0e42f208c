package stdlib_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestHash(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(hash.sha256("abc"))`: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		`print(hash.sha512(""))`: "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" +
			"47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
		`print(hash.sha1("abc"))`:        "a9993e364706816aba3e25717850c26c9cd0d89d",
		`print(hash.md5("abc"))`:         "900150983cd24fb0d6963f7d28e17f72",
		`print(hash.crc32("123456789"))`: "cbf43926",
		`print(hash.crc32("\255\0"))`:    "3a8f0a6e",
		// RFC 4231, test case 2.
		`print(hash.hmac_sha256("Jefe", "what do ya want for nothing?"))`: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	} {
		if strings.Contains(code, "255") {
			want = fmt.Sprintf("%08x", crcOf("\xff\x00"))
		}
		m.prints(code, want)
	}
	m.raises(`hash.md5(5)`, "InvalidArgument", `hash.md5: argument "text": string expected, got number`)
}

func TestBase64(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(base64.encode("\251\255\254"))`:                "+//+",
		`print(base64.encode("\251\255\254a", {url = true}))`: "-__-YQ",
		`print(base64.decode("YWI="), base64.decode("YWI"))`:  "ab\tab",
		`print(base64.decode("YW\r\nJj\n"))`:                  "abc",
		`print(base64.decode("-__-") == "\251\255\254")`:      "true",
		`print(base64.decode("") == "")`:                      "true",
	} {
		m.prints(code, want)
	}
	m.raises(`base64.decode("a!")`, "InvalidArgument", `base64.decode: argument "text" is no base64: illegal base64 data at input byte 1`)
	rapid.Check(t, func(t *rapid.T) {
		text, url := rapid.SliceOf(rapid.Byte()).Draw(t, "text"), rapid.Bool().Draw(t, "url")
		encoded := base64.StdEncoding.EncodeToString(text)
		code := fmt.Sprintf("local text = base64.decode(%q) print(base64.decode(base64.encode(text, {url = %t})) == text, base64.encode(text))", encoded, url)
		if got, err := m.run(code); err != nil || got != "true\t"+encoded {
			t.Fatalf("%x: %q, %v", text, got, err)
		}
	})
}

func TestUUID(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`local u = uuid.parse("urn:uuid:01890A5D-AC96-774B-BCCE-B302099A8057") print(u, u.text, u.version, u.time)`: "01890a5d-ac96-774b-bcce-b302099a8057\t01890a5d-ac96-774b-bcce-b302099a8057\t7\t2023-06-30T03:34:18.518Z",
		`local u = uuid.parse("00000000-0000-0000-0000-000000000000") print(u.version, u.time)`:                     "0\tnil",
		`print(uuid.is_valid("x"), uuid.is_valid(5), uuid.is_valid(nil), uuid.is_valid(uuid.v4()))`:                 "false\tfalse\tfalse\ttrue",
		`print(uuid.parse(uuid.v4()).version, uuid.parse(uuid.v7()).version, uuid.v4() == uuid.v4())`:               "4\t7\tfalse",
		`local last = "" for i = 1, 100 do local id = uuid.v7() assert(last < id) last = id end`:                    "",
	} {
		m.prints(code, want)
	}
	m.raises(`uuid.parse("order-17")`, "InvalidArgument", `uuid.parse: argument "text": "order-17" is no UUID`)
	made, err := m.run(`print(uuid.v7())`)
	id, parseErr := uuid.Parse(made)
	seconds, _ := id.Time().UnixTime()
	if err != nil || parseErr != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		t.Errorf("%s: %v, %v", made, err, parseErr)
	}
}

func TestRe(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(re.test("order-17", [[^order-\d+$]]), re.test("x", "y"))`:                                                                 "true\tfalse",
		`print(re.match("order-17", [[(\w+)-(\d+)(x)?]]))`:                                                                               "order\t17\tnil",
		`print(re.match("order-17", [[\d+]]), re.match("a", "b"))`:                                                                       "17\tnil",
		`local m = re.find("é 17", [[(?P<n>\d)(?P<no>x)?]]) print(m, m.from, m.to, #m.groups, m.groups[2] == "", m.named.n, m.named.no)`: "1\t4\t4\t2\ttrue\t1\tnil",
		`print(re.find("a", "b"))`: "nil",
		`print(#re.find_all("a1b2c3", [[\d]]), re.find_all("a1b2c3", [[\d]], {limit = 2})[2].text, #re.find_all("a", "b"))`: "3\t2\t0",
		`print(re.replace("order 17", [[(?P<what>\w+) (\d+)]], "$2: ${what} $$"))`:                                          "17: order $",
		`print(re.replace("a1 b2 c3", [[\d]], "", {limit = 2}))`:                                                            "a b c3",
		`print(re.replace("a1 b2", [[(\w)(\d)(x)?]], function(a, b, c) return b .. a .. tostring(c) end))`:                  "1anil 2bnil",
		`print(re.replace("a1 b2", [[\d]], function(d) return d + 1 end))`:                                                  "a2 b3",
		`print(re.replace("a1 b2", [[\d]], function(d) if d == "1" then return nil end return d == "2" and false end))`:     "a1 b2",
		`print(re.replace("a1", [[\d]], function() end))`:                                                                   "a1",
		`print(table.concat(re.split("a, b;c", [[\s*[,;]\s*]]), "|"), #re.split("a,b,c", ",", {limit = 2}))`:                "a|b|c\t2",
		`print(re.escape("1.5 (x)"))`:                                                                        `1\.5 \(x\)`,
		`print(re.test("A", "(?i)a"), re.test("\255", [[\xff]]))`:                                            "true\tfalse",
		`local ok, err = pcall(re.replace, "a", "a", function() error({code = "mine"}) end) print(err.code)`: "mine",
	} {
		m.prints(code, want)
	}
	for code, want := range map[string]string{
		`re.test("a", "(")`:                                `re.test: argument "pattern": missing closing ): (`,
		`re.test("a", "(?=x)")`:                            `re.test: argument "pattern": (?= is not in the syntax of RE2, which has no lookaround and no backreferences`,
		`re.replace("a", "a", 5)`:                          `re.replace: argument "replacement": string or function expected, got number`,
		`re.replace("a", "a", function() return {} end)`:   `re.replace: argument "replacement": the function returned a table, not a string`,
		`re.replace("a", "a", function() return true end)`: `re.replace: argument "replacement": the function returned a boolean, not a string`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
	m.raises(`re.split("a", "a", {limit = 0})`, "InvalidOption", `re.split: argument "limit": must be at least 1, got 0`)
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(template.render("{{.n}} {{.f}} {{.s}} {{.b}}", {n = 3, f = 1.5, s = "<x>", b = true}))`: "3 1.5 <x> true",
		`print(template.render("{{range .}}{{.id}};{{end}}", {{id = 1}, {id = 2}}))`:                   "1;2;",
		`print(template.render("{{range $k, $v := .}}{{$k}}={{$v}} {{end}}", {b = 1, a = 2}))`:         "a=2 b=1 ",
		`print(template.render("[{{.a}}{{if .a}}x{{else}}y{{end}}]", {a = json.null}))`:                "[y]",
		`print(template.render("plain"))`:                                             "plain",
		`print(template.render("[{{.a}}{{.b.c}}]", {b = {c = 1}}, {lenient = true}))`: "[1]",
		`print(template.render("{{range .l}}[{{.x}}{{if .y}}!{{else}}{{.z}}{{end}}]{{end}}{{with .q}}{{.}}{{end}}", {l = {{x = 1}, {y = 1}}}, {lenient = true}))`: "[1][!]",
		`print(template.render("{{.t}} {{.t.Weekday}}", {t = time.parse("2026-01-02T03:04:05.5Z")}))`:                                                             "2026-01-02T03:04:05.5Z Friday",
		`print(template.render('{{json .}} {{join .l ","}} {{upper "a"}}{{lower "B"}} {{default "none" .e}}', {l = {1, "x"}, e = ""}))`:                           `{"e":"","l":[1,"x"]} 1,x Ab none`,
		`print(template.render("{{.n}} {{.t.Year}}", {n = json.decode("12345678901234567890"), t = time.parse("2026-11-23")}))`:                                   "12345678901234567890 2026",
		`print(template.render('{{define "row"}}<{{.}}>{{end}}{{range .}}{{template "row" .}}{{end}}', {1, 2}))`:                                                  "<1><2>",
	} {
		m.prints(code, want)
	}
	for code, want := range map[string]string{
		`template.render("a\n{{.x.y}}", {x = {}})`:   `template.render: argument "template": line 2:4: at <.x.y>: map has no entry for key "y"`,
		`template.render("{{if}}")`:                  `template.render: argument "template": line 1: missing value for if`,
		`template.render("{{_tick}}")`:               `template.render: argument "template": line 1: function "_tick" not defined`,
		`template.render("{{index .l 9}}", {l={1}})`: `template.render: argument "template": line 1:2: at <index .l 9>: error calling index: index out of range: 9`,
		`template.render("{{.f}}", {f = print})`:     `template.render: argument "data": data.f: a function is not JSON data`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
	m.prints(`local n = json.decode("12345678901234567890")
		print(pcall(template.render, "{{.n.Add .n .n}}", {n = n}), n)`, "false\t12345678901234567890")
}

// A template that would go on for ever ends with the run.
func TestTemplatesAreInterrupted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		strings.Repeat("{{range $}}", 20) + strings.Repeat("{{end}}", 20),
		strings.Repeat("{{range $}}{{if true}}{{with .}}", 20) + strings.Repeat("{{end}}{{end}}{{end}}", 20),
		`{{define "a"}}{{template "b" .}}{{template "b" .}}{{end}}{{define "b"}}{{if .}}{{template "a" .}}{{template "a" .}}{{end}}{{end}}{{range $}}{{range $}}{{template "a" false}}{{end}}{{end}}` +
			strings.Repeat("{{range $}}", 12) + strings.Repeat("{{end}}", 12),
	} {
		m := newMachine(t, grants.Lists{})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		code := fmt.Sprintf("local list = {} for i = 1, 1000 do list[i] = 1 end template.render([==[%s]==], list)", text)
		_, err := m.vm.RunString(ctx, "runbook.lua", code)
		if stopped, ok := errors.AsType[*vm.ScriptError](err); !ok || stopped.Kind != vm.Timeout {
			t.Errorf("%v", err)
		}
	}
}

func TestTemplatesAreBounded(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.raises(`local big = ("x"):rep(1000000) template.render("{{range .l}}{{$.big}}{{end}}", {big = big, l = {`+strings.Repeat("1,", 100)+`}})`,
		"nil", "template.render: the text would have more than 67108864 bytes")
}

func TestInspect(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for code, want := range map[string]string{
		`print(inspect.dump(nil), inspect.dump(1.5), inspect.dump(true), inspect.dump(print))`:                 "nil\t1.5\ttrue\t<function>",
		`print(inspect.dump('a"b\\c\n\1'))`:                                                                    `"a\"b\\c\n\001"`,
		`print(inspect.dump({}), inspect.dump({1, "x", {}}))`:                                                  `{}	{1, "x", {}}`,
		`print(inspect.dump({b = 1, a = 2, ["if"] = 3, ["x y"] = 4, [10] = 5, [true] = 6}))`:                   `{[10] = 5, a = 2, b = 1, ["if"] = 3, ["x y"] = 4, [true] = 6}`,
		`print(inspect.dump({1, nil, 3}))`:                                                                     `{1, [3] = 3}`,
		`local t = {name = "t"} t.self = t t.list = {t} print(inspect.dump(t))`:                                `{list = {<cycle to value>}, name = "t", self = <cycle to value>}`,
		`local s = {1} print(inspect.dump({a = s, b = {s}}))`:                                                  `{a = {1}, b = {<the same as value.a>}}`,
		`local k = {} print(inspect.dump({[k] = 1}))`:                                                          `{[table] = 1}`,
		`print(inspect.dump({{{{1}}}}, {depth = 2}))`:                                                          `{{{…}}}`,
		`print(inspect.dump({1, 2, 3, a = 1}, {items = 2}))`:                                                   `{1, 2, … 2 more}`,
		`print(inspect.dump({a = 1, b = 2, c = 3}, {items = 2}))`:                                              `{a = 1, b = 2, … 1 more}`,
		`print(inspect.dump({aaaa = {1, 2}, bbbb = "x"}, {width = 20}))`:                                       "{\n  aaaa = {1, 2},\n  bbbb = \"x\",\n}",
		`print(inspect.dump(json.null), inspect.dump(json), inspect.dump(json.array{}))`:                       "null\tmodule json\t{}",
		`print(inspect.dump(json.decode("12345678901234567890")), inspect.dump(time.parse("2026-11-23")))`:     "12345678901234567890\t2026-11-23T00:00:00Z",
		`print(inspect.dump({id = uuid.parse("00000000-0000-4000-8000-000000000000")}))`:                       "{id = uuid {text = \"00000000-0000-4000-8000-000000000000\", version = 4}}",
		`local _, err = pcall(hash.md5, 5) print((inspect.dump(err, {width = 200}):gsub(", where.*", "")))`:    `dbos.Error {code = "InvalidArgument", message = "hash.md5: argument \"text\": string expected, got number"`,
		`print(inspect.dump(setmetatable({a = 1}, {__index = {b = 2}, __tostring = error, __pairs = error})))`: `{a = 1}`,
	} {
		m.prints(code, want)
	}
	m.raises(`inspect.dump(1, {dept = 2})`, "InvalidArgument", `inspect.dump: unknown option "dept" (did you mean "depth"?)`)
}

// Tables that double at each level are written once.
func TestInspectOfTablesThatLaugh(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(`local t = {} for i = 1, 60 do t = {t, t} end
		print(#inspect.dump(t, {depth = 100}) < 20000)`, "true")
	m.prints(`local t = {} for i = 1, 3000 do t = {t} end print(#inspect.dump(t, {depth = 100}) < 40000)`, "true")
}

func crcOf(text string) uint32 { return crc32.ChecksumIEEE([]byte(text)) }
