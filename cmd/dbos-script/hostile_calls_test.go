package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

const (
	// narrowName is the name under which this test binary is the command with a small Go stack.
	narrowName  = "dbos-script-narrow"
	narrowStack = 12 << 20

	// deepestInput is how many tables the deepest input nests. A Go function that calls itself once
	// for each of them needs more than the narrow stack has, because each call takes over 64 bytes.
	deepestInput = 200_000

	// longestShown is how many bytes an error may have, with the place before its message.
	longestShown = 16_200

	// slowCall is how long a call may take. It is long because of slow and busy machines.
	slowCall = 30 * time.Second
)

func narrow() {
	debug.SetMaxStack(narrowStack)
	main()
}

// TestHostileInputEndsInAnError calls every declared function and Lua's own library, in processes
// with a small stack, with hostile values in each place of its arguments. The process outlives each
// call; no call takes long; and each error is short, readable and harmless on a terminal.
func TestHostileInputEndsInAnError(t *testing.T) {
	t.Parallel()
	groups, known := map[string][]string{}, map[string]bool{}
	for _, topic := range declarations().Topics() {
		f, ok := topic.Item.(*declare.Func)
		if !ok || topic.Name == "client:shutdown" { // dbos.shutdown is called as a method
			continue
		}
		if strings.HasPrefix(topic.Name, "screen:") { // standard output is no terminal here
			continue
		}
		group := hostileGroup(topic.Name)
		groups[group] = append(groups[group], hostileCall(topic.Name, f, known))
	}
	for name, kinds := range luaLibrary() {
		groups["lua"] = append(groups["lua"], libraryCall(name, strings.Fields(kinds)))
	}
	slices.Sort(groups["lua"])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("[", 9000)+strings.Repeat("]", 9000))
	}))
	t.Cleanup(server.Close)
	for group, calls := range groups {
		for _, recursing := range []bool{false, true} {
			if recursing && group == "exit" { // it takes nothing that could
				continue
			}
			t.Run(fmt.Sprintf("%s, recursing %t", group, recursing), func(t *testing.T) {
				t.Parallel()
				newHostile(t, group, recursing).calls(server.URL, calls)
			})
		}
	}
}

// hostileGroup divides the functions among processes.
func hostileGroup(name string) string {
	module, _, _ := strings.Cut(strings.ReplaceAll(name, ":", "."), ".")
	switch module {
	case "fleet", "clock", "runbook", "fake", "assert":
		return "tests"
	case "dbos", "handle", "debouncer":
		return "dbos"
	case "exit", "client":
		return module
	case "seq", "re", "json", "csv", "template", "inspect", "retry":
		return "data"
	}
	return "library"
}

// hostileCall returns a function as the driver reads it. known has the options of functions before
// it, by their name and manual: a filter stands in ten functions, which all hand it to one decoder
// and one client. Such an option gets all values in the first of them, and a few in the others.
func hostileCall(name string, f *declare.Func, known map[string]bool) string {
	var params, places []string
	receivers, options := 0, 0
	if f.IsMethod() {
		receivers = 1
	}
	for i, p := range f.Params() {
		params = append(params, strconv.Quote(hostileKind(p.Type)))
		places = append(places, hostilePlaces([]string{strconv.Itoa(i + 1)}, p.Type, known)...)
	}
	if f.Options() != nil {
		options = len(f.Params()) + 1
		places = append(places, hostilePlaces([]string{strconv.Itoa(options)}, &declare.Type{Kind: declare.KindStruct, Table: f.Options()}, known)...)
	}
	var examples []string
	for _, example := range f.Examples {
		examples = append(examples, strconv.Quote(example))
	}
	few := "nil"
	switch {
	case name == "exit": // each call that is right ends the process
		few = `{["control signs"] = true, long = true, cycle = true, NaN = true}`
	case strings.HasPrefix(name, "client:"): // its declarations are those of dbos
		few = `{["control signs"] = true, cycle = true, endless = true, recurses = true, metamethods = true}`
	}
	return fmt.Sprintf("{name = %q, few = "+few+", receivers = %d, options = %d, params = {%s}, examples = {%s}, places = {%s}}",
		name, receivers, options, strings.Join(params, ", "), strings.Join(examples, ", "), strings.Join(places, ", "))
}

// luaLibrary is Lua's own library, whose functions no declaration describes, with the kinds of
// their arguments. Functions that raise or write their arguments are left out.
func luaLibrary() map[string]string {
	return map[string]string{
		"string.byte": "string integer integer", "string.char": "integer integer", "string.find": "string string integer bool", "string.format": "string data data",
		"string.gmatch": "string string", "string.gsub": "string string data integer", "string.len": "string", "string.lower": "string",
		"string.match": "string string integer", "string.rep": "string integer string", "string.reverse": "string", "string.sub": "string integer integer",
		"string.upper": "string", "table.concat": "list string integer integer", "table.insert": "list integer data", "table.remove": "list integer",
		"table.sort": "list callback", "table.maxn": "list", "table.foreach": "list callback", "table.foreachi": "list callback", "table.getn": "list",
		"table.pack": "data data", "math.abs": "number", "math.ceil": "number", "math.exp": "number", "math.floor": "number", "math.fmod": "number number",
		"math.frexp": "number", "math.ldexp": "number number", "math.log": "number", "math.max": "number number", "math.min": "number number",
		"math.modf": "number", "math.pow": "number number", "math.random": "integer integer", "math.randomseed": "number", "math.sin": "number",
		"math.sqrt": "number", "os.date": "string number", "os.difftime": "number number", "os.time": "struct", "coroutine.create": "callback",
		"coroutine.resume": "data data", "coroutine.status": "data", "coroutine.wrap": "callback", "coroutine.yield": "data", "getmetatable": "data",
		"ipairs": "list", "load": "data string string map", "loadstring": "string string", "next": "map data", "pairs": "map", "pcall": "callback data",
		"rawequal": "data data", "rawget": "map data", "rawset": "map data data", "require": "string", "select": "integer data data",
		"setmetatable": "map map", "tonumber": "data integer", "tostring": "data", "type": "data", "unpack": "list integer integer", "xpcall": "callback callback",
		"utf8.char": "integer integer", "utf8.codepoint": "string integer integer", "utf8.len": "string integer integer", "utf8.offset": "string integer integer",
	}
}

// libraryCall is hostileCall for a function of Lua's library.
func libraryCall(name string, kinds []string) string {
	var params, places []string
	for i, kind := range kinds {
		params = append(params, strconv.Quote(kind))
		places = append(places, fmt.Sprintf("{path = {%d}, kind = %q}", i+1, kind))
	}
	return fmt.Sprintf("{name = %q, receivers = 0, options = 0, params = {%s}, examples = {}, places = {%s}}", name, strings.Join(params, ", "), strings.Join(places, ", "))
}

// hostilePlaces returns the places below a part of the arguments: itself, the keys of a table, an
// item of a list.
func hostilePlaces(path []string, typ *declare.Type, known map[string]bool) []string {
	const deep = 5
	places := []string{fmt.Sprintf("{path = {%s}, kind = %q}", strings.Join(path, ", "), hostileKind(typ))}
	below := func(key string) []string { return append(slices.Clone(path), key) }
	switch {
	case len(path) == deep:
	case typ.Kind == declare.KindStruct && typ.Table != nil:
		for _, key := range typ.Table.Keys {
			option := key.Name + " " + key.Doc
			of := hostilePlaces(below(strconv.Quote(key.Name)), key.Type, known)
			if known[option] {
				of[0] = strings.Replace(of[0], "{", "{again = true, ", 1)
			}
			known[option] = true
			places = append(places, of...)
		}
	case typ.Kind == declare.KindList && typ.Elem != nil:
		places = append(places, hostilePlaces(below("1"), typ.Elem, known)...)
	case typ.Kind == declare.KindMap && typ.Elem != nil:
		places = append(places, hostilePlaces(below(`"key"`), typ.Elem, known)...)
	}
	return places
}

func hostileKind(typ *declare.Type) string {
	switch typ.Kind {
	case declare.KindString:
		return "string"
	case declare.KindBool:
		return "bool"
	case declare.KindInteger:
		return "integer"
	case declare.KindNumber:
		return "number"
	case declare.KindDuration:
		return "duration"
	case declare.KindTime:
		return "time"
	case declare.KindList:
		return "list"
	case declare.KindMap:
		return "map"
	case declare.KindStruct:
		return "struct"
	case declare.KindObject:
		return "object"
	case declare.KindCallback:
		return "callback"
	}
	return "data"
}

// hostile runs the driver of testdata/hostile in processes.
type hostile struct {
	t         *testing.T
	group     string
	folder    string
	program   string
	recursing bool
	deepest   int
	url       string
	said      io.Reader // lines of the driver
	close     func()    // ends them
}

func newHostile(t *testing.T, group string, recursing bool) *hostile {
	t.Helper()
	h := &hostile{t: t, group: group, folder: t.TempDir(), recursing: recursing, deepest: deepestInput}
	if recursing {
		h.deepest = 10
	}
	b := clienttest.On(t, "SQLite")
	stock(t, b)
	stockBulks(t, b)
	h.url = b.Config().DatabaseURL
	makeEmbedded(t, h.folder)
	h.program = commandPath(t)
	if !recursing {
		narrow := filepath.Join(filepath.Dir(h.program), narrowName)
		if err := os.Rename(h.program, narrow); err != nil {
			t.Fatal(err)
		}
		h.program = narrow
	}
	return h
}

// stockBulks leaves a bulk run in each state in which an example controls one.
func stockBulks(t *testing.T, b clienttest.Backend) {
	t.Helper()
	c := b.NewClient(func(config *client.ClientConfig) { config.CreateRuns = true })
	left := errors.New("left")
	for _, control := range []func(id string) (*client.Bulk, error){
		func(id string) (*client.Bulk, error) { return client.GetBulk(c, id) },
		func(id string) (*client.Bulk, error) { return client.PauseBulk(c, id) },
		func(id string) (*client.Bulk, error) { return client.StopBulk(c, id, "") },
	} {
		run := ""
		_, err := client.StartBulk(c, client.BulkInput{Verb: "cancel", IDs: []string{"order-1", "order-2"}, BatchSize: 1,
			Each: func(_ context.Context, p client.BulkProgress) error {
				run = p.ID
				return left
			}})
		if !errors.Is(err, left) {
			t.Fatal(err)
		}
		if _, err := control(run); err != nil {
			t.Fatal(err)
		}
	}
}

// elsewhere matches the addresses in examples.
var elsewhere = regexp.MustCompile(`https?://[a-z][\w.:-]*`)

func (h *hostile) calls(server string, calls []string) {
	driver, err := os.ReadFile("testdata/hostile/driver.lua")
	if err != nil {
		h.t.Fatal(err)
	}
	list := elsewhere.ReplaceAllString(strings.Join(calls, ",\n"), server)
	drive := fmt.Sprintf("drive(say, %d, %d, %t, FIRST, {\n%s\n})", h.deepest, longestShown, h.recursing, list)
	args, begin := []string{"run", "hostile.lua", "--db", h.url}, fmt.Sprintf("local print = print\nlocal function say(what) print(%q .. what) end\n", mark)
	if h.group == "tests" {
		drive = "it('drives', function() " + drive + " end)"
		args, begin = []string{"test", "hostile_test.lua"}, fmt.Sprintf("local append = fs.append\nlocal function say(what) append(%q, %q .. what .. '\\n') end\n", h.heard(), mark)
	}
	text := begin + "local function drive(...)\n" + string(driver) + "\nend\n" + drive
	args = append(args, "--allow-read", h.folder, "--allow-write", h.folder, "--allow-env", "*", "--allow-exec", "echo", "--allow-exec", "sort", "--allow-net", "127.0.0.1",
		"--allow-db", "sqlite:dbos.sqlite", "--max-memory", "4GB", "--max-output", "4GB", "--yes", "--timeout", "2m")
	for made := 0; ; {
		script := strings.Replace(text, "FIRST", strconv.Itoa(made+1), 1)
		if err := os.WriteFile(filepath.Join(h.folder, args[1]), []byte(script), 0o600); err != nil {
			h.t.Fatal(err)
		}
		calls, complete := h.run(args)
		if made += calls; complete || calls == 0 || h.group != "exit" {
			if made == 0 {
				h.t.Error("nothing was called")
			}
			h.t.Logf("%d calls", made)
			return
		}
	}
}

// mark begins a line of the driver.
const mark = "@@hostile "

// heard returns a file for what the driver says where a test's output is held back, and no request
// leaves it. The file is read when the process has ended.
func (h *hostile) heard() string {
	path := filepath.Join(h.folder, "said")
	lines, writer := io.Pipe()
	h.said = lines
	h.close = func() {
		said, err := os.ReadFile(path)
		if err == nil {
			_, err = writer.Write(said)
		}
		_ = writer.CloseWithError(err)
	}
	return path
}

// run reads what the driver says, and holds its process to the rules.
func (h *hostile) run(args []string) (calls int, complete bool) {
	ctx, cancel := context.WithTimeout(h.t.Context(), 6*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, h.program, args...)
	cmd.Dir, cmd.WaitDelay = h.folder, 10*time.Second
	cmd.Env = append(os.Environ(), "HOME="+h.folder, "XDG_STATE_HOME="+h.folder, "NO_COLOR=1", "TMPDIR="+h.folder, "GOTRACEBACK=single", "GOGC=300")
	keyboard, terminal, err := pty.Open()
	if err != nil {
		h.t.Fatal(err)
	}
	defer keyboard.Close()
	cmd.Stderr = terminal
	out, in, err := os.Pipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if cmd.Stdout = in; h.said == nil {
		h.said, h.close = out, func() { _ = in.Close() }
	} else {
		defer in.Close()
		go func() { _, _ = io.Copy(io.Discard, out) }() // the report of the tests
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	terminal.Close()
	shown, ended := make(chan string), make(chan error)
	go func() {
		var text bytes.Buffer
		_, _ = io.Copy(&text, keyboard)
		shown <- text.String()
	}()
	go func() {
		err := cmd.Wait()
		h.close()
		ended <- err
	}()
	calls, last, complete := h.listen(h.said)
	err = <-ended
	text := <-shown
	if !complete && (h.group != "exit" || strings.Contains(text, "goroutine")) {
		h.t.Errorf("after %d calls, this one ended the process: %s: %v\n%s", calls, last, err, text[max(0, len(text)-3000):])
	}
	if bad, found := driving(text); found {
		h.t.Errorf("the terminal is sent %q", bad)
	}
	return calls, complete
}

// listen returns how many calls the driver announced, the last of them, and whether it came to its
// end.
func (h *hostile) listen(said io.Reader) (calls int, last string, complete bool) {
	lines := bufio.NewReader(said)
	for began := time.Now(); ; {
		line, err := lines.ReadString('\n')
		_, text, ours := strings.Cut(line, mark)
		word, what, _ := strings.Cut(strings.TrimSpace(text), "\t")
		switch {
		case err != nil:
			return calls, last, complete
		case !ours:
			continue
		}
		if took := time.Since(began); took > slowCall && last != "" {
			h.t.Errorf("%s took %s", last, took)
		} else if took > time.Second && last != "" {
			h.t.Logf("%s took %s", last, took)
		}
		began = time.Now()
		switch word {
		case "fault":
			h.t.Error(what)
		case "call":
			calls, last = calls+1, what
		case "end":
			complete = true
		}
	}
}
