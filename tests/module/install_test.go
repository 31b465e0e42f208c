package module

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMakeInstall installs the command with its short name, and removes it again. A program of
// somebody else with that name stays.
func TestMakeInstall(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	install := func(target string) (string, error) {
		command := exec.CommandContext(t.Context(), "make", target, "DESTDIR="+folder, "PREFIX=/usr")
		command.Dir = root
		text, err := command.CombinedOutput()
		return string(text), err
	}
	if text, err := install("install"); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	short := filepath.Join(folder, "usr/bin/dbs")
	if text, err := exec.CommandContext(t.Context(), short, "-e", "print(6 * 7)").Output(); err != nil || string(text) != "42\n" {
		t.Errorf("dbs prints %q, %v", text, err)
	}
	for file, text := range map[string]string{
		"bin/dbos-script": "", "share/man/man1/dbs.1": "DBOS", "share/man/man1/dbos-script-list.1": "list",
		"share/bash-completion/completions/dbs": "dbos-script dbs", "share/bash-completion/completions/dbos-script": "dbos-script dbs",
		"share/zsh/site-functions/_dbos-script": "#compdef dbos-script dbs", "share/fish/vendor_completions.d/dbs.fish": "-c dbs -w dbos-script",
	} {
		if content, err := os.ReadFile(filepath.Join(folder, "usr", file)); err != nil || !strings.Contains(string(content), text) {
			t.Errorf("%s has no %q, %v", file, text, err)
		}
	}
	if text, err := install("uninstall"); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			t.Errorf("%s is left, %v", path, err)
		}
		return nil
	})

	if err := os.WriteFile(short, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := install("install"); err == nil || !strings.Contains(text, "dbs is another program") {
		t.Errorf("%v\n%s", err, text)
	}
	if _, err := os.Stat(filepath.Join(folder, "usr/bin/dbos-script")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half of it is installed: %v", err)
	}
	if text, err := install("uninstall"); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if content, _ := os.ReadFile(short); string(content) != "theirs" {
		t.Errorf("the other program is %q", content)
	}
}
