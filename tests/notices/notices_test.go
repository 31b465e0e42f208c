package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

func TestNoticesAreFresh(t *testing.T) {
	t.Parallel()
	want, err := notices(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, "THIRD-PARTY-NOTICES.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"github.com/yuin/gopher-lua v", "modernc.org/sqlite v", "github.com/inconshreveable/mousetrap v", "github.com/jackc/pgx/v5 v"} {
		if !strings.Contains(want, name) {
			t.Errorf("no notice of %s", name)
		}
	}
	if string(got) != want {
		t.Error("THIRD-PARTY-NOTICES.txt is not what the modules of go.mod say: make generate")
	}
}

func TestALibraryWithoutALicenceIsAnError(t *testing.T) {
	t.Parallel()
	l := library{"example.org/x", "v1.0.0", t.TempDir()}
	if err := l.write(&strings.Builder{}); err == nil || !strings.Contains(err.Error(), "example.org/x v1.0.0 has no file with a licence") {
		t.Errorf("%v", err)
	}
	if err := os.WriteFile(filepath.Join(l.folder, "LICENSE.md"), []byte("MIT"), 0o600); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := l.write(&text); err != nil || !strings.Contains(text.String(), "example.org/x v1.0.0, LICENSE.md") {
		t.Errorf("%v, %s", err, text.String())
	}
}
