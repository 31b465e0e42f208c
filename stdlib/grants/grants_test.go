package grants

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func must(t testing.TB, lists Lists) Grants {
	t.Helper()
	g, err := New(lists)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// denial is the flag that a refusal names; empty for none.
func denial(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	denied, ok := errors.AsType[*DeniedError](err)
	if !ok {
		t.Fatalf("%v is no refusal", err)
	}
	if denied.ErrorCode() != "Denied" || denied.ExitCode() != 5 || !strings.HasSuffix(denied.Error(), denied.Grant()) {
		t.Fatalf("%v: code %s, exit code %d, flag %s", err, denied.ErrorCode(), denied.ExitCode(), denied.Grant())
	}
	return denied.Grant()
}

func TestNothingIsGrantedByDefault(t *testing.T) {
	t.Parallel()
	var g Grants
	_, read := g.ReadFile("data/orders.csv")
	_, list := g.ReadFolder("data")
	_, write := g.WriteFile("report.csv")
	_, program := g.Program("git")
	for want, err := range map[string]error{
		"--allow-read=data": read, "--allow-write=.": write, "--allow-exec=git": program,
		"--allow-net=example.com":      g.Connect("example.com", "443", true),
		"--allow-net=example.com:8443": g.Connect("Example.COM.", "8443", false),
		"--allow-net=[::1]":            g.Connect("::1", "443", true),
		"--allow-env=HOME":             g.Variable("HOME"),
	} {
		if got := denial(t, err); got != strings.ReplaceAll(want, "[::1]", "'[::1]'") {
			t.Errorf("%v names %s, want %s", err, got, want)
		}
	}
	if got := denial(t, list); got != "--allow-read=data" {
		t.Errorf("the folder's flag is %s", got)
	}
}

func TestValuesThatAreNoGrants(t *testing.T) {
	t.Parallel()
	for want, lists := range map[string]Lists{
		"--allow-read=: it is empty":        {Read: []string{"a", ""}},
		"--allow-env=: it is empty":         {Env: []string{""}},
		"--allow-env=A*B: a name":           {Env: []string{"A*B"}},
		"--allow-net=https://x.org: a host": {Net: []string{"https://x.org"}},
		"--allow-net=x.org/path: a host":    {Net: []string{"x.org/path"}},
		"--allow-net=x.org:http: a host":    {Net: []string{"x.org:http"}},
		"--allow-net=x.org:0: a host":       {Net: []string{"x.org:0"}},
		"--allow-net=a*.org: a host":        {Net: []string{"a*.org"}},
		"--allow-net=*.: a host":            {Net: []string{"*."}},
	} {
		if _, err := New(lists); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("New(%v): %v, want %s", lists, err, want)
		}
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		grant, host, port string
		want              bool
	}{
		{"api.example.com", "api.example.com", "443", true},
		{"api.example.com", "API.Example.com.", "8080", true},
		{"api.example.com", "example.com", "443", false},
		{"api.example.com", "evil-api.example.com", "443", false},
		{"api.example.com", "api.example.com.evil.org", "443", false},
		{"api.example.com:8443", "api.example.com", "8443", true},
		{"api.example.com:8443", "api.example.com", "443", false},
		{"*.example.com", "api.example.com", "443", true},
		{"*.example.com", "a.b.example.com", "443", true},
		{"*.example.com", "example.com", "443", false},
		{"*.example.com", "evilexample.com", "443", false},
		{"*", "anything.org", "80", true},
		{"*:443", "anything.org", "80", false},
		{"[::1]:8080", "::1", "8080", true},
		{"::1", "::1", "80", true},
		{"127.0.0.1", "127.0.0.1", "80", true},
		{"127.0.0.1", "127.0.0.2", "80", false},
	} {
		if got := must(t, Lists{Net: []string{c.grant}}).Connect(c.host, c.port, true) == nil; got != c.want {
			t.Errorf("%s allows %s:%s: %t", c.grant, c.host, c.port, got)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	g := must(t, Lists{Env: []string{"HOME", "AWS_*"}})
	for name, want := range map[string]bool{"HOME": true, "HOMES": false, "HOM": false, "AWS_": true, "AWS_KEY": true, "AWS": false, "": false} {
		if got := g.Variable(name) == nil; got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if err := must(t, Lists{Env: []string{"*"}}).Variable("ANY"); err != nil {
		t.Error(err)
	}
}

// programs makes a folder with two programs and a link to the first.
func programs(t *testing.T) string {
	folder := t.TempDir()
	for _, name := range []string{"one", "two"} {
		write(t, filepath.Join(folder, name), 0o755)
	}
	link(t, filepath.Join(folder, "one"), filepath.Join(folder, "uno"))
	return folder
}

func write(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), mode); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestPrograms(t *testing.T) {
	t.Parallel()
	folder := programs(t)
	one, two, uno := filepath.Join(folder, "one"), filepath.Join(folder, "two"), filepath.Join(folder, "uno")
	g := must(t, Lists{Exec: []string{one, "sh", filepath.Join(folder, "gone")}})
	for name, want := range map[string]bool{one: true, two: false, uno: false, "one": false, "sh": true, "cat": false} {
		path, err := g.Program(name)
		if got := denial(t, err) == ""; got != want || got && !filepath.IsAbs(path) {
			t.Errorf("%s: %q, %v", name, path, err)
		}
	}
	sh, err := g.Program("sh")
	if same, again := g.Program(sh); err != nil || again != nil || same != sh {
		t.Errorf("by its path: %q, %v, %v", same, err, again)
	}
	if _, err := g.Program(filepath.Join(folder, "gone")); err == nil || errors.As(err, new(*DeniedError)) {
		t.Errorf("a granted program that is not there: %v", err)
	}
	if _, err := must(t, Lists{Exec: []string{"no-such-program"}}).Program("no-such-program"); err == nil || err.Error() != `there is no program "no-such-program" in PATH` {
		t.Error(err)
	}
}

// tree is a granted folder beside one that is not.
//
//	in/file   in/sub/file   in/near → sub   in/out → ../outside
//	in/dangling → ../outside/new   outside/secret
func tree(t *testing.T) string {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"in/sub", "outside"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"in/file", "in/sub/file", "outside/secret"} {
		write(t, filepath.Join(root, file), 0o644)
	}
	link(t, "sub", filepath.Join(root, "in/near"))
	link(t, "../outside", filepath.Join(root, "in/out"))
	link(t, "../outside/new", filepath.Join(root, "in/dangling"))
	link(t, "round", filepath.Join(root, "in/round"))
	link(t, filepath.Join(root, "in"), filepath.Join(root, "alias"))
	return root
}

func TestPaths(t *testing.T) {
	t.Parallel()
	root := tree(t)
	g := must(t, Lists{Read: []string{filepath.Join(root, "in")}, Write: []string{filepath.Join(root, "alias")}})
	for _, c := range []struct{ path, real, flag string }{
		{path: "in/file", real: "in/file"},
		{path: "in", real: "in"},
		{path: "in/sub/../file", real: "in/file"},
		{path: "in/near/file", real: "in/sub/file"},
		{path: "alias/near/new", real: "in/sub/new"},
		{path: "in/new/deep/er", real: "in/new/deep/er"},
		{path: "in/file/below", real: "in/file/below"},
		{path: "in/../outside/secret", flag: "outside"},
		{path: "in/out/secret", flag: "outside"},
		{path: "in/dangling", flag: "outside"},
		{path: "outside/secret", flag: "outside"},
		{path: "inner", flag: ""},
	} {
		read, err := g.ReadFile(filepath.Join(root, c.path))
		written, writeErr := g.WriteFile(root + "/" + c.path)
		if c.real != "" {
			if err != nil || writeErr != nil || read.Full() != filepath.Join(root, c.real) || written.Full() != read.Full() {
				t.Errorf("%s: %s (%v), %s (%v)", c.path, read.Full(), err, written.Full(), writeErr)
			}
			continue
		}
		if got, want := denial(t, err), "--allow-read="+filepath.Join(root, c.flag); got != want {
			t.Errorf("%s names %s, want %s", c.path, got, want)
		}
		if got, want := denial(t, writeErr), "--allow-write="+filepath.Join(root, c.flag); got != want {
			t.Errorf("%s names %s, want %s", c.path, got, want)
		}
	}
	if _, err := g.ReadFile(filepath.Join(root, "in/round")); err == nil || errors.As(err, new(*DeniedError)) {
		t.Errorf("a link to itself: %v", err)
	}
}

func TestALinkItselfIsRemoved(t *testing.T) {
	t.Parallel()
	root := tree(t)
	g := must(t, Lists{Write: []string{filepath.Join(root, "in")}})
	for path, real := range map[string]string{"in/near": "in/near", "in/out": "in/out", "in/near/file": "in/sub/file", "alias/round": "in/round"} {
		place, err := g.Remove(filepath.Join(root, path))
		if err != nil || place.Full() != filepath.Join(root, real) {
			t.Errorf("%s is %s (%v)", path, place.Full(), err)
		}
	}
	if _, err := g.Remove(filepath.Join(root, "in/out/secret")); denial(t, err) == "" {
		t.Error("what lies behind a link may be removed")
	}
}

func TestARefusalSaysWhereALinkLeads(t *testing.T) {
	t.Parallel()
	root := tree(t)
	_, err := must(t, Lists{Read: []string{filepath.Join(root, "in")}}).ReadFile(filepath.Join(root, "in/out/secret"))
	want := "reading " + root + "/in/out/secret, which leads to " + root + "/outside/secret, needs --allow-read=" + root + "/outside"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestALinkPutInTheWayLater(t *testing.T) {
	t.Parallel()
	root := tree(t)
	place, err := must(t, Lists{Read: []string{filepath.Join(root, "in")}}).ReadFile(filepath.Join(root, "in/sub/file"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(root, "in/sub")); err != nil {
		t.Fatal(err)
	}
	link(t, "../outside", filepath.Join(root, "in/sub"))
	write(t, filepath.Join(root, "outside/file"), 0o644)
	folder, err := place.Root()
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	if data, err := folder.ReadFile(place.Name); err == nil {
		t.Errorf("read %q through the link", data)
	}
}

func TestAGrantOfOneFile(t *testing.T) {
	t.Parallel()
	root := tree(t)
	g := must(t, Lists{Read: []string{filepath.Join(root, "in/file")}})
	place, err := g.ReadFile(filepath.Join(root, "in/file"))
	if err != nil || place.Name != "file" || place.Full() != filepath.Join(root, "in/file") {
		t.Errorf("%+v, %v", place, err)
	}
	if _, err := g.ReadFile(filepath.Join(root, "in/sub/file")); denial(t, err) == "" {
		t.Error("the file beside it is granted too")
	}
}

func TestTheWholeDisk(t *testing.T) {
	t.Parallel()
	root := tree(t)
	place, err := must(t, Lists{Read: []string{"/"}}).ReadFile(filepath.Join(root, "outside/secret"))
	if err != nil || place.Full() != filepath.Join(root, "outside/secret") {
		t.Errorf("%+v, %v", place, err)
	}
}

func TestPathsThatAreNone(t *testing.T) {
	t.Parallel()
	g := must(t, Lists{Read: []string{"/"}})
	for _, path := range []string{"", "a\x00b"} {
		if _, err := g.ReadFile(path); err == nil || !strings.HasSuffix(err.Error(), "is no path") {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// Whatever a path is made of, what is granted lies in the granted folder.
func TestNoPathLeadsOut(t *testing.T) {
	t.Parallel()
	root := tree(t)
	in := filepath.Join(root, "in")
	g := must(t, Lists{Read: []string{in}})
	part := rapid.SampledFrom([]string{"..", ".", "", "in", "sub", "near", "out", "file", "outside", "alias", "dangling", "round", "new"})
	rapid.Check(t, func(t *rapid.T) {
		path := in + "/" + strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "/")
		place, err := g.ReadFile(path)
		if err != nil {
			return
		}
		if !within(place.Full(), in) {
			t.Fatalf("%s leads to %s", path, place.Full())
		}
		if real, err := filepath.EvalSymlinks(filepath.Clean(path)); err == nil && real != place.Full() {
			t.Fatalf("%s is %s, not %s", path, real, place.Full())
		}
	})
}

func TestValuesAreQuotedForAShell(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"data/in": "data/in", "a b": "'a b'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "": "''", "~": "'~'",
	} {
		if got := (&DeniedError{Flag: FlagRead, Value: value}).Grant(); got != "--allow-read="+want {
			t.Errorf("%q is %s", value, got)
		}
	}
}
