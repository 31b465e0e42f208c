package grants_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestNeedsThatAreRefused(t *testing.T) {
	t.Parallel()
	for need, want := range map[[2]string]string{
		{"write", ""}: "empty", {"write", "../out"}: "upwards", {"read", "a/../../b"}: "upwards", {"read", `..`}: "upwards",
		{"exec", "../tool"}: "upwards", {"net", "http://x"}: "a host", {"env", "A=B"}: "a name", {"write", "a\x1b[2Kb"}: "control character",
		{"net", "a\nb"}: "control character",
	} {
		var l grants.Lists
		if err := l.Need(need[0], need[1]); err == nil || !strings.Contains(err.Error(), want) || !l.Empty() {
			t.Errorf("%q: %v, want %s", need, err, want)
		}
	}
	var l grants.Lists
	for _, need := range [][2]string{{"db", "shop"}, {"read", "a..b"}, {"env", "AWS_*"}, {"exec", "git"}, {"net", "*.x.example:443"}, {"write", "/var/o ut"}} {
		if err := l.Need(need[0], need[1]); err != nil {
			t.Errorf("%q: %v", need, err)
		}
	}
	want := []string{"--allow-read=a..b", "--allow-write='/var/o ut'", "--allow-net='*.x.example:443'", "--allow-exec=git", "--allow-env='AWS_*'", "--allow-db=shop"}
	if got := l.Flags(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A folder is what its links lead to, and a program what PATH leads to.
func TestSettledNeedsAreWhatTheyMean(t *testing.T) {
	t.Parallel()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(folder, filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(folder, "tool")
	if err := os.WriteFile(tool, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, err := grants.Lists{Write: []string{filepath.Join(folder, "link", "out")}, Exec: []string{tool, "no-such-tool"}, Net: []string{"x"}}.Settled()
	want := []string{"--allow-write=" + filepath.Join(folder, "out"), "--allow-net=x", "--allow-exec=" + tool, "--allow-exec=no-such-tool"}
	if err != nil || !slices.Equal(got.Flags(), want) {
		t.Errorf("%q, %v", got.Flags(), err)
	}
}
