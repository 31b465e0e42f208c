package stdlib_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/files"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// server echoes a request as JSON.
func server(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/missing":
			http.Error(w, "nothing here", http.StatusNotFound)
		case "/away":
			http.Redirect(w, r, "http://elsewhere.example.com/", http.StatusFound)
		case "/null":
			io.WriteString(w, "null")
		default:
			w.Header().Set("X-Type", r.Header.Get("Content-Type"))
			fmt.Fprintf(w, `{"method": %q, "uri": %q, "body": %q, "own": %q}`, r.Method, r.URL.RequestURI(), body, r.Header.Get("X-Own"))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func online(h *stdlib.Host) { h.Transport = http.DefaultTransport }

func TestHTTP(t *testing.T) {
	t.Parallel()
	s := server(t)
	m := newMachine(t, grants.Lists{Net: []string{"127.0.0.1"}}, online)
	for code, want := range map[string]string{
		`local r = http.get("$url/a") print(r.status, r.ok, r:json().method, r.headers["content-length"] ~= nil, r.url)`: "200\ttrue\tGET\ttrue\t$url/a",
		`print(http.get("$url/a?x=1", {query = {q = "a b", n = 5, l = {1, true}}}):json().uri)`:                          "/a?l=1&l=true&n=5&q=a+b&x=1",
		`local r = http.post("$url/a", {json = {b = 1, a = {}}, headers = {["X-Own"] = "mine"}})
		 print(r:json().body, r.headers["x-type"], r:json().own)`: `{"b":1,"a":{}}` + "\tapplication/json\tmine",
		`print(http.put("$url/a", {body = "text"}):json().body, http.patch("$url/a", {body = ""}):json().method)`:                    "text\tPATCH",
		`print(http.delete("$url/a"):json().method, http.head("$url/a").body == "", http.request("report", "$url/a"):json().method)`: "DELETE\ttrue\tREPORT",
		`print(http.post("$url/a", {json = json.null}):json().body, http.get("$url/null"):json() == json.null)`:                      "null\ttrue",
		`local r = http.get("$url/missing") print(r.status, r.ok, r.body)`:                                                           "404\tfalse\tnothing here\n",
		`local ok, err = pcall(http.get, "$url/missing", {check = true}) print(err.code, err.status, err)`:                           "UnexpectedStatus\t404\thttp.get: GET $url/missing: the answer is 404 Not Found",
	} {
		m.prints(strings.ReplaceAll(code, "$url", s.URL), strings.ReplaceAll(want, "$url", s.URL))
	}
	m.raises(`http.get("`+s.URL+`/away")`, "Denied", "http.get: connecting to elsewhere.example.com needs --allow-net=elsewhere.example.com")
	m.raises(`http.get("`+s.URL+`/missing"):json()`, "nil", "response:json: the body of the answer 404 from "+s.URL+"/missing is no JSON: "+jsonMistake)
	m.raises(`http.get("`+s.URL+`/a", {max_size = 3})`, "Unavailable", "http.get: GET "+s.URL+"/a: the answer is too long: it has more than 3 bytes")
}

const jsonMistake = "invalid JSON at line 1, column 1: expected null"

func TestHTTPNeedsAGrant(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{Net: []string{"api.example.com"}})
	for _, name := range []string{"get", "head", "post", "put", "patch", "delete"} {
		m.raises(fmt.Sprintf(`http.%s("https://example.com:8443/x", {retries = 3})`, name), "Denied",
			fmt.Sprintf("http.%s: connecting to example.com:8443 needs --allow-net=example.com:8443", name))
	}
}

func TestHTTPMistakes(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{Net: []string{"*"}})
	for code, want := range map[string]string{
		`http.get("ftp://x.org")`:                           `http.get: argument "url": "ftp://x.org" is no http:// or https:// URL`,
		`http.get("x.org/path")`:                            `http.get: argument "url": "x.org/path" is no http:// or https:// URL`,
		`http.get("http://")`:                               `http.get: argument "url": "http://" is no http:// or https:// URL`,
		`http.post("http://x.org", {body = "", json = {}})`: `http.post: argument "json": cannot be given together with body`,
		`http.post("http://x.org", {json = {f = print}})`:   `http.post: argument "json": json.f: a function is not JSON data`,
		`http.get("http://x.org", {query = {a = {b = 1}}})`: `http.get: argument "query".a: a string, number, boolean or time expected, or an array of them`,
		`http.get("http://x.org", {headers = {A = 1}})`:     `http.get: argument "headers".A: string expected, got number`,
		`http.get("http://x.org", {retriess = 1})`:          `http.get: unknown option "retriess" (did you mean "retries"?)`,
		`http.get("http://x.org", {timeout = "soon"})`:      `http.get: argument "timeout": "soon" is no duration`,
	} {
		m.raises(code, "InvalidArgument", want)
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{Env: []string{"TMPDIR", "NO_SUCH_*"}})
	m.prints(`print(env.get("TMPDIR"), env.get("NO_SUCH_A"), env.get("NO_SUCH_B", "x"))`, os.Getenv("TMPDIR")+"\tnil\tx")
	m.raises(`env.get("PATH", "x")`, "Denied", "env.get: the environment variable PATH needs --allow-env=PATH")
	m.raises(`env.get()`, "InvalidArgument", `env.get: argument "name" is missing`)
}

func TestExec(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{Exec: []string{"sh", "echo", "env", "no-such-program"}, Env: []string{"TMPDIR"}})
	for code, want := range map[string]string{
		`local p = exec.run("echo", {"$HOME", "a b"}) print(p.code, p.stdout, p.stderr == "")`:                          "0\t$HOME a b\n\ttrue",
		`local p = exec.run("sh", {"-c", "cat; echo e >&2; exit 3"}, {stdin = "in"}) print(p.code, p.stdout, p.stderr)`: "3\tin\te\n",
		`print(exec.run("sh", {"-c", "pwd"}, {dir = "$dir"}).stdout)`:                                                   "$dir\n",
		`print(exec.run("sh", {"-c", "echo $A $TMPDIR"}, {env = {A = "x"}}).stdout)`:                                    "x " + os.Getenv("TMPDIR") + "\n",
		`local ok, err = pcall(exec.run, "sh", {"-c", "echo one >&2; echo two >&2; exit 9"}, {check = true})
		 print(err.code, err, err.exit_code)`: "ProgramFailed\texec.run: sh: it ended with exit code 9: two\t9",
		`print(exec.run("sh", {"-c", "exit 0"}, {check = true}).code, exec.run("echo").stdout)`: "0\t\n",
	} {
		m.prints(m.inFolder(code), m.inFolder(want))
	}
	m.raises(`exec.run("ls")`, "Denied", "exec.run: running ls needs --allow-exec=ls")
	m.raises(`exec.run("/tmp/sh")`, "Denied", "exec.run: running /tmp/sh needs --allow-exec=/tmp/sh")
	m.raises(`exec.run("no-such-program")`, "nil", `exec.run: there is no program "no-such-program" in PATH`)
	m.raises(`exec.run("sh", {"-c", "sleep 100"}, {timeout = 0.01})`, "Timeout", "exec.run: sh: it ran longer than 10ms and was ended")
	m.raises(`exec.run("echo", {}, {env = {LD_PRELOAD = "x"}})`, "Denied", "exec.run: the environment variable LD_PRELOAD needs --allow-env=LD_PRELOAD")
	m.raises(`exec.run("sh", {"-c", "true"}, {env = {ENV = "/tmp/x"}})`, "Denied", "exec.run: the environment variable ENV needs --allow-env=ENV")
	m.raises(`exec.run("echo", {}, {env = {["BASH_FUNC_ls%%"] = "() { id; }"}})`, "Denied", "exec.run: the environment variable BASH_FUNC_ls%% needs --allow-env=BASH_FUNC_ls%%")
	m.raises(`exec.run("echo", {}, {env = {["A=B"] = "x"}})`, "InvalidArgument", `exec.run: argument "env": "A=B" is no name of a variable`)
	m.raises(`exec.run("echo", "x")`, "InvalidArgument", `exec.run: argument "arguments": array expected, got string`)
	m.raises(`exec.run("echo", {1})`, "InvalidArgument", `exec.run: argument "arguments"[1]: string expected, got number`)
}

// A program does not see the process's own variables, but the usual ones.
func TestExecHidesTheEnvironment(t *testing.T) {
	t.Parallel()
	m := newMachine(t, grants.Lists{Exec: []string{"env"}})
	printed, err := m.run(`print(exec.run("env").stdout)`)
	if err != nil || strings.Contains(printed, hiddenVariable) || !strings.Contains(printed, "PATH=") {
		t.Errorf("%s, %v", printed, err)
	}
	program := filepath.Join(m.folder, "env")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	m.raises(m.inFolder(`exec.run("$dir/env")`), "Denied", m.inFolder("exec.run: running $dir/env needs --allow-exec=$dir/env"))
}

// A dry run sends what reads, and only tells of the rest. No secret is told.
func TestADryRunSendsOnlyWhatReads(t *testing.T) {
	t.Parallel()
	var received []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received = append(received, r.Method)
		io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	var told []stdlib.Act
	m := newMachine(t, grants.Lists{Net: []string{"127.0.0.1"}, Exec: []string{"touch"}}, online, func(h *stdlib.Host) {
		h.DryFiles, h.Outside = files.NewDryRun(time.Now), func(a stdlib.Act) { told = append(told, a) }
	})
	address := strings.Replace(s.URL, "http://", "http://ops:hunter2@", 1) + "/a?key=hunter2"
	m.prints(`local u = "`+address+`"
		http.get(u) http.head(u) http.request("options", u)
		local skipped = 0
		for _, method in ipairs{"post", "put", "patch", "delete"} do
			local r = http[method](u, {body = "hunter2", headers = {Authorization = "Bearer hunter2"}, check = true})
			if r.skipped and r.ok and r.body == "" then skipped = skipped + 1 end
		end
		for _, method in ipairs{"POST", "purge"} do http.request(method, u) end
		http.get(u, {headers = {["x-http-method"] = "DELETE"}})
		print(skipped, exec.run("touch", {"$folder/made"}, {stdin = "hunter2", env = {A = "hunter2"}}).skipped)`, "4\ttrue")
	if got := strings.Join(received, " "); got != "GET HEAD OPTIONS" {
		t.Errorf("the server has received %s", got)
	}
	if len(told) != 8 || strings.Contains(fmt.Sprintf("%+v", told), "hunter2") {
		t.Errorf("told of %+v", told)
	}
}
