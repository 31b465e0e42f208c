package repl_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

func open(t *testing.T, path string) *repl.History {
	t.Helper()
	h, err := repl.OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHistoryIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "history")
	h := open(t, path)
	for _, entry := range []string{
		"1 + 2", "for i = 1, 2 do\n  print(i)\nend", " ",
		`c = dbos.connect{database_url = "postgres://me:secret@host/db"}`, `password = "secret"`,
		`local api_key = "x"`, `headers["X-Token"] = t`, `http.get(url, {headers = {Authorization = "Bearer abcdefghijk"}})`, `t.secret_key= s`,
		`c = dbos.connect{database_url = "postgres://me@host/db"}`, `c = dbos.connect{database_url = "postgres://me@host/db"}`, `token == 1`,
	} {
		if _, err := h.Write(entry); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"1 + 2", "for i = 1, 2 do\n  print(i)\nend", `c = dbos.connect{database_url = "postgres://me@host/db"}`, "token == 1"}
	again := open(t, path)
	if got := again.Dump().([]string); !slices.Equal(got, want) || again.Len() != len(want) {
		t.Errorf("the history holds %q", got)
	}
	if line, err := again.GetLine(1); err != nil || line != want[1] {
		t.Errorf("input 1 is %q, %v", line, err)
	}
	if _, err := again.GetLine(len(want)); err == nil {
		t.Error("an input beyond the last one is found")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, %v", info.Mode(), err)
	}
}

func TestALongHistoryIsCut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	var text strings.Builder
	for i := range 10_002 {
		fmt.Fprintf(&text, "%q\n", fmt.Sprint("input ", i))
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if h := open(t, path); h.Len() != 5000 {
		t.Errorf("%d inputs are read", h.Len())
	}
	cut, err := os.ReadFile(path)
	if lines := strings.Count(string(cut), "\n"); err != nil || lines != 5000 || !strings.HasPrefix(string(cut), "\"input 5002\"\n") {
		t.Errorf("the file holds %d inputs, %v", lines, err)
	}
}

func TestAHistoryThatCannotBeRead(t *testing.T) {
	t.Parallel()
	if _, err := repl.OpenHistory(t.TempDir()); err == nil {
		t.Error("a folder is read as a history")
	}
	memory := open(t, "")
	if n, err := memory.Write("x"); n != 1 || err != nil {
		t.Errorf("a history in memory has %d inputs, %v", n, err)
	}
}

// A pipe in the place of the history is an error, and nobody waits for its other end.
func TestAPipeIsNoHistory(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := repl.OpenHistory(path); !errors.Is(err, plainfile.ErrNotRegular) {
		t.Errorf("%v", err)
	}
}
