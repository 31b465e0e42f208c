package pgtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Dump is all that a database holds, as pg_dump writes it. Two dumps of an unchanged database are
// the same.
func Dump(t testing.TB, database string) string {
	t.Helper()
	program, err := dumpProgram()
	if err != nil {
		t.Fatal(err)
	}
	var complaint bytes.Buffer
	command := exec.CommandContext(t.Context(), program, database)
	command.Stderr = &complaint
	text, err := command.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, complaint.Bytes())
	}
	return withoutKeys(string(text))
}

// dumpProgram is the pg_dump beside the server's programs, which is of their version, else that
// of the path.
func dumpProgram() (string, error) {
	if bin, err := findBinaries(os.Getenv("PATH"), installedFolders); err == nil {
		if program, err := exec.LookPath(filepath.Join(bin, "pg_dump")); err == nil {
			return program, nil
		}
	}
	return exec.LookPath("pg_dump")
}

// withoutKeys leaves out the two commands to psql that carry a random key.
func withoutKeys(dump string) string {
	var kept strings.Builder
	for line := range strings.Lines(dump) {
		if !strings.HasPrefix(line, `\restrict `) && !strings.HasPrefix(line, `\unrestrict `) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
