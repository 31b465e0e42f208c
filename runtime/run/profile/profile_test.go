package profile_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/run/profile"
)

// written is a file of profiles with a text.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), profile.FileName)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func environment(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, set := pairs[name]
		return value, set
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	path := written(t, `
[profile.prod]
url = "postgres://ops:${PW}@db.example/shop"
schema = "shop"
read-only = true
strict = false
colour = "red"
confirm = "name"
confirm-above = 0
max-changes = 50
timeout = "2h"
max-memory = "256MB"
max-output = "1MB"
audit = "/var/log/dbos-script.jsonl"

[profile.bare]
`)
	p, err := profile.Find("prod", []string{path})
	if err != nil {
		t.Fatal(err)
	}
	settings, err := p.Settings(environment(map[string]string{"PW": "a b/@:%"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []profile.Setting{
		{"db", "postgres://ops:a%20b%2F%40%3A%25@db.example/shop"}, {"schema", "shop"}, {"read-only", "true"}, {"strict", "false"},
		{"confirm-above", "0"}, {"max-changes", "50"}, {"timeout", "2h"}, {"max-memory", "256MB"}, {"max-output", "1MB"},
		{"audit", "/var/log/dbos-script.jsonl"},
	} {
		if !slices.Contains(settings, want) {
			t.Errorf("%v is not in %v", want, settings)
		}
	}
	if p.Name != "prod" || p.File != path || p.Colour != "red" || p.Confirm != profile.ConfirmName {
		t.Errorf("%+v", p)
	}
	bare, err := profile.Find("bare", []string{path})
	if settings, _ := bare.Settings(environment(nil)); err != nil || len(settings) != 0 {
		t.Errorf("an empty profile sets %v: %v", settings, err)
	}
	if names := profile.Names([]string{path, path}); !slices.Equal(names, []string{"bare", "prod"}) {
		t.Errorf("names %v", names)
	}
}

func TestAnEnvironmentVariableCanBeTheWholeURL(t *testing.T) {
	t.Parallel()
	p, err := profile.Find("x", []string{written(t, "[profile.x]\nurl = \"${URL}\"")})
	if err != nil {
		t.Fatal(err)
	}
	const url = "postgres://u:p%40@h:5432/d?sslmode=require"
	settings, err := p.Settings(environment(map[string]string{"URL": url}))
	if err != nil || len(settings) != 1 || settings[0].Value != url {
		t.Errorf("%v %v", settings, err)
	}
	if _, err := p.Settings(environment(nil)); err == nil || !strings.Contains(err.Error(), "$URL is not set") {
		t.Errorf("a variable that is not set: %v", err)
	}
}

func TestPathsAreThoseOfTheFile(t *testing.T) {
	t.Parallel()
	path := written(t, "[profile.a]\nurl = \"sqlite:x/a.sqlite\"\naudit = \"log\"\n[profile.b]\nurl = \"sqlite::memory:\"\n[profile.c]\nurl = \"sqlite:///x\"")
	for name, want := range map[string][]profile.Setting{
		"a": {{"db", "sqlite:" + filepath.Join(filepath.Dir(path), "x", "a.sqlite")}, {"audit", filepath.Join(filepath.Dir(path), "log")}},
		"b": {{"db", "sqlite::memory:"}}, "c": {{"db", "sqlite:///x"}},
	} {
		p, err := profile.Find(name, []string{path})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Settings(environment(nil)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v (%v)", name, got, want, err)
		}
	}
}

func TestTheNearestFileThatHasAProfileWins(t *testing.T) {
	t.Parallel()
	near, far := written(t, "[profile.a]\nschema = \"near\""), written(t, "[profile.a]\nschema = \"far\"\n[profile.b]\nschema = \"far\"")
	files := []string{filepath.Join(t.TempDir(), "none.toml"), near, far}
	for name, want := range map[string]string{"a": "near", "b": "far"} {
		if p, err := profile.Find(name, files); err != nil || *p.Schema != want {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestFilesGoUpward(t *testing.T) {
	t.Parallel()
	got := profile.Files(filepath.FromSlash("/a/b"), filepath.FromSlash("/etc/xdg"))
	want := []string{"/a/b/dbos-script.toml", "/a/dbos-script.toml", "/dbos-script.toml", "/etc/xdg/dbos-script/dbos-script.toml"}
	for i := range want {
		want[i] = filepath.FromSlash(want[i])
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[profile.p]\nread_only = true":         `:2: unknown key "read_only" of a profile (did you mean "read-only"?)`,
		"[profile.p]\ncolur = \"red\"":          `:2: unknown key "colur" of a profile (did you mean "color"?)`,
		"[profiles.p]\nurl = \"x\"":             `:1: unknown key "profiles" (did you mean "profile"?)`,
		"[profile.p]\nread-only = \"yes\"":      `:2: read-only is true or false`,
		"[profile.p]\nmax-changes = \"many\"":   `:2: max-changes is a whole number`,
		"[profile.p]\ntimeout = 5":              `:2: timeout is a text such as "2h"`,
		"[profile.p]\ncolour = \"rde\"":         `colour: no colour "rde" (did you mean "red"?)`,
		"[profile.p]\nconfirm = \"twice\"":      `confirm is "yes" or "name", not "twice"`,
		"[profile.p\n":                          `:1: `,
		"[profile.production]\nurl = \"x\"":     `there is no profile "p" in `,
		"":                                      `; there is none`,
		"[profile.pp]\n[profile.q]\nurl = \"\"": `; there is pp, q`,
	} {
		path := written(t, text)
		if _, err := profile.Find("p", []string{path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	if _, err := profile.Find("p", []string{"none.toml"}); err == nil || !strings.Contains(err.Error(), "there is no file dbos-script.toml") {
		t.Errorf("no file: %v", err)
	}
}
