package stdlib_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// inFolder puts the machine's folder in the place of $dir.
func (m *machine) inFolder(text string) string { return strings.ReplaceAll(text, "$dir", m.folder) }

func TestFs(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	for _, c := range [][2]string{
		{`fs.write("$dir/a.txt", "one\ntwo\r\n\255") print(fs.read("$dir/a.txt") == "one\ntwo\r\n\255")`, "true"},
		{`for line in fs.lines("$dir/a.txt") do io = line break end`, ""},
		{`local n = 0 for line in fs.lines("$dir/a.txt") do n = n + 1 if n < 3 then print(line) end end print(n)`, "one\ntwo\n3"},
		{`fs.append("$dir/log", "a") fs.append("$dir/log", "b") print(fs.read("$dir/log"))`, "ab"},
		{`fs.mkdir("$dir/x/y") fs.write("$dir/x/y/b.csv", "12") fs.write("$dir/x/y/a.csv", "") fs.mkdir("$dir/x/y/c")
		  for _, f in ipairs(fs.list("$dir/x/y")) do print(f.name, f.kind, f.kind == "file" and f.size) end`, "a.csv\tfile\t0\nb.csv\tfile\t2\nc\tfolder\tfalse"},
		{`print(#fs.list("$dir/x/y", {pattern = "*.csv"}), fs.list("$dir/x/y")[2].path)`, "2\t$dir/x/y/b.csv"},
		{`local s = fs.stat("$dir/log") print(s.name, s.path, s.kind, s.size, s.modified_at > time.parse("2020-01-01"))`, "log\t$dir/log\tfile\t2\ttrue"},
		{`print(fs.stat("$dir/gone"), fs.exists("$dir/gone"), fs.exists("$dir/x"), fs.exists("$dir/log/x"))`, "nil\tfalse\ttrue\tfalse"},
		{`fs.remove("$dir/log") print(fs.exists("$dir/log"))`, "false"},
		{`local a, b = fs.temp_file{dir = "$dir", suffix = ".csv"}, fs.temp_file{dir = "$dir"} print(a ~= b, a:match("%.csv$"), fs.read(a) == "")`, "true\t.csv\ttrue"},
		{`local d = fs.temp_dir{dir = "$dir"} fs.write(d .. "/a", "x") print(#fs.list(d))`, "1"},
	} {
		m.prints(m.inFolder(strings.ReplaceAll(c[0], "io = line ", "")), m.inFolder(c[1]))
	}
	for code, want := range map[string]string{
		`fs.read("$dir/gone")`:      `fs.read: there is no "$dir/gone"`,
		`fs.lines("$dir/gone")`:     `fs.lines: there is no "$dir/gone"`,
		`fs.list("$dir/gone")`:      `fs.list: there is no "$dir/gone"`,
		`fs.remove("$dir/gone")`:    `fs.remove: there is no "$dir/gone"`,
		`fs.write("$dir/no/a", "")`: `fs.write: there is no "$dir/no/a"`,
	} {
		m.raises(m.inFolder(code), "NotFound", m.inFolder(want))
	}
	m.raises(m.inFolder(`fs.read("$dir/x")`), "nil", m.inFolder(`fs.read: "$dir/x": is a directory`))
	m.raises(m.inFolder(`fs.remove("$dir/x")`), "nil", m.inFolder(`fs.remove: "$dir/x": directory not empty`))
	m.raises(m.inFolder(`fs.list("$dir", {pattern = "["})`), "nil", m.inFolder(`fs.list: "$dir": syntax error in pattern`))
	m.raises(m.inFolder(`fs.temp_file{dir = "$dir", suffix = "/../x"}`), "nil", m.inFolder(`fs.temp_file: "$dir": the end of the name leads to another folder`))
}

// Each function that touches a file asks first, and names the flag.
func TestFilesNeedGrants(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, m.path("link")); err != nil {
		t.Fatal(err)
	}
	for form, parts := range map[string][2]string{
		`fs.read("%s")`:          {"reading", "read"},
		`fs.lines("%s")`:         {"reading", "read"},
		`fs.stat("%s")`:          {"reading", "read"},
		`fs.exists("%s")`:        {"reading", "read"},
		`csv.read("%s")`:         {"reading", "read"},
		`fs.write("%s", "")`:     {"writing", "write"},
		`fs.append("%s", "")`:    {"writing", "write"},
		`fs.mkdir("%s")`:         {"writing", "write"},
		`csv.write("%s", {{1}})`: {"writing", "write"},
		`fs.remove("%s")`:        {"removing", "write"},
	} {
		name, _, _ := strings.Cut(form, "(")
		for _, path := range []string{secret, m.folder + "/../" + filepath.Base(filepath.Dir(outside)) + "/" + filepath.Base(outside) + "/secret"} {
			if filepath.Clean(path) != secret {
				continue
			}
			want := fmt.Sprintf("%s: %s %s needs --allow-%s=%s", name, parts[0], secret, parts[1], outside)
			m.raises(fmt.Sprintf(form, path), "Denied", want)
		}
		if name != "fs.remove" {
			want := fmt.Sprintf("%s: %s %s, which leads to %s, needs --allow-%s=%s", name, parts[0], m.path("link"), secret, parts[1], outside)
			m.raises(fmt.Sprintf(form, m.path("link")), "Denied", want)
		}
	}
	m.raises(fmt.Sprintf(`fs.list("%s")`, outside), "Denied", fmt.Sprintf("fs.list: reading %s needs --allow-read=%s", outside, outside))
	m.raises(fmt.Sprintf(`fs.temp_dir{dir = "%s"}`, outside), "Denied", fmt.Sprintf("fs.temp_dir: writing to %s needs --allow-write=%s", outside, outside))
	if text, err := os.ReadFile(secret); err != nil || string(text) != "x" {
		t.Errorf("%q, %v", text, err)
	}
	m.prints(m.inFolder(`fs.remove("$dir/link") print(fs.exists("$dir/link"))`), "false")
}

func TestReadingGrantsNoWriting(t *testing.T) {
	t.Parallel()
	readable, writable := t.TempDir(), t.TempDir()
	m := newMachine(t, grants.Lists{Read: []string{readable}, Write: []string{writable}})
	m.prints(fmt.Sprintf(`print(#fs.list("%s")) fs.write("%s/a", "")`, readable, writable), "0")
	m.raises(fmt.Sprintf(`fs.write("%s/a", "")`, readable), "Denied", fmt.Sprintf("fs.write: writing %s/a needs --allow-write=%s", readable, readable))
	m.raises(fmt.Sprintf(`fs.read("%s/a")`, writable), "Denied", fmt.Sprintf("fs.read: reading %s/a needs --allow-read=%s", writable, writable))
}

func TestCSV(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.put("orders.csv", "\ufeffid;total\r\n1;\"2,5\"\r\n2;x\r\n")
	for _, c := range [][2]string{
		{`local rows = csv.decode('id,name\n1,"a, b"\n2,\n') print(#rows, rows[1].id, rows[1].name, rows[2].name == "")`, "2\t1\ta, b\ttrue"},
		{`local rows = csv.decode("1,2\n3,4\n", {header = false}) print(rows[2][1], #rows[1])`, "3\t2"},
		{`print(csv.decode("1\t2\n", {header = false, columns = {"a", "b"}, delimiter = "\t"})[1].b)`, "2"},
		{`print(json.encode(csv.decode("id\n")))`, "[]"},
		{`io = csv.encode({{id = 1, at = time.parse("2026-11-23")}, {id = json.null, tags = {1, "x"}}}, {columns = {"id", "at", "tags"}}) print(io)`,
			"id,at,tags\n1,2026-11-23T00:00:00Z,\n,,\"[1,\"\"x\"\"]\"\n"},
		{`print(csv.encode({{1, "a;b"}, {2.5, false}}, {delimiter = ";"}))`, "1;\"a;b\"\n2.5;false\n"},
		{`print(csv.encode(seq.map({3, 4}, function(n) return {n = n} end)))`, "n\n3\n4\n"},
		{`print(csv.encode({}, {columns = {"a", "b"}}))`, "a,b\n"},
		{`print(csv.encode({uuid.parse("00000000-0000-4000-8000-000000000000")}))`, "text,version\n00000000-0000-4000-8000-000000000000,4\n"},
		{`for row in csv.read("$dir/orders.csv", {delimiter = ";"}) do print(row.id, row.total) end`, "1\t2,5\n2\tx"},
		{`for row in csv.read("$dir/orders.csv", {delimiter = ";"}) do print(row.id) break end`, "1"},
		{`csv.write("$dir/copy.csv", csv.read("$dir/orders.csv", {delimiter = ";"}), {columns = {"total", "id"}}) print(fs.read("$dir/copy.csv"))`, "total,id\n\"2,5\",1\nx,2\n"},
		{`csv.write("$dir/copy.csv", time.range("2026-01-01", "2026-01-02", "1d")) print(fs.read("$dir/copy.csv"))`, "2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n"},
		{`csv.write("$dir/copy.csv", seq.take(csv.read("$dir/orders.csv", {header = false, delimiter = ";"}), 1), {header = false}) print(fs.read("$dir/copy.csv"))`, "id,total\n"},
	} {
		m.prints(m.inFolder(strings.ReplaceAll(c[0], "io = ", "local io = ")), c[1])
	}
}

func TestCSVMistakes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.put("bad.csv", "a,b\n1,2\n3\n")
	m.put("kept.csv", "old\n")
	for code, want := range map[string]string{
		`csv.decode("a,b\n1\n")`:                   `csv.decode: argument "text": line 2 has 1 field for 2 columns`,
		`csv.decode("a", {delimiter = "ab"})`:      `csv.decode: argument "delimiter": "ab": one character expected, which is neither a quote nor a line end`,
		`csv.encode(5)`:                            `csv.encode: argument "rows": array or iterator expected, got number`,
		`csv.encode({a = 1})`:                      `csv.encode: argument "rows": array or iterator expected, got table`,
		`csv.encode({{a = 1}, {a = 1, b = 2}})`:    `csv.encode: argument "rows": row 2: there is no column "b", because the first row had none; name all columns`,
		`csv.encode({{1}, {a = print}})`:           `csv.encode: argument "rows": row 2: value.a: a function is not JSON data`,
		`csv.encode({"x"})`:                        `csv.encode: argument "rows": row 1: a row is a table of fields by column or an array, not "x"`,
		`csv.encode({{a = 1}}, {colums = {}})`:     `csv.encode: unknown option "colums" (did you mean "columns"?)`,
		`csv.write("$dir/kept.csv", {{a = 1}, 5})`: `csv.write: argument "rows": row 2: a row is a table of fields by column or an array, not "5"`,
	} {
		m.raises(m.inFolder(code), "InvalidArgument", want)
	}
	m.raises(m.inFolder(`for row in csv.read("$dir/bad.csv") do end`), "nil", m.inFolder(`csv.read: "$dir/bad.csv": line 3 has 1 field for 2 columns`))
	m.raises(m.inFolder(`csv.read("$dir/gone.csv")`), "NotFound", m.inFolder(`csv.read: there is no "$dir/gone.csv"`))
	m.prints(m.inFolder(`local ok, err = pcall(csv.write, "$dir/kept.csv", function() error({mine = true}) end) print(ok, err.mine)
		print(fs.read("$dir/kept.csv"), #fs.list("$dir"))`), "false\ttrue\nold\n\t2")
}

// The file is written while the rows come: the iterator sees the beginning of it beside its place.
func TestCSVIsWrittenRowByRow(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{})
	m.prints(m.inFolder(`
		local n, draft = 0, 0
		csv.write("$dir/big.csv", function()
		  n = n + 1
		  for _, file in ipairs(fs.list("$dir", {pattern = "*.tmp"})) do draft = file.size end
		  if n <= 1000 then return {id = n, text = ("x"):rep(100)} end
		end)
		print(draft > 50000, #fs.list("$dir", {pattern = "*.tmp"}), seq.count(csv.read("$dir/big.csv")))`), "true\t0\t1000")
}
