package grants

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExceeding(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	below, outside := filepath.Join(dir, "below"), t.TempDir()
	if err := os.Mkdir(below, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(below, "link")); err != nil {
		t.Fatal(err)
	}
	outer := Lists{
		Read: []string{dir}, Write: []string{below}, Net: []string{"*.example.com", "10.0.0.1:80"}, Env: []string{"AWS_*", "HOME"},
		Exec: []string{"sort"}, DB: []string{"prod"},
	}
	for _, c := range []struct {
		inner Lists
		flag  string // "" if outer allows as much
	}{
		{outer, ""}, {Lists{}, ""}, {Lists{Read: []string{below}}, ""}, {Lists{Write: []string{dir}}, FlagWrite},
		{Lists{Read: []string{filepath.Join(below, "link")}}, FlagRead}, {Lists{Read: []string{"/"}}, FlagRead}, {Lists{Read: []string{dir + "x"}}, FlagRead},
		{Lists{Net: []string{"api.example.com", "*.example.com", "*.eu.example.com", "a.example.com:8443"}}, ""}, {Lists{Net: []string{"example.com"}}, FlagNet},
		{Lists{Net: []string{"*.com"}}, FlagNet}, {Lists{Net: []string{"*"}}, FlagNet}, {Lists{Net: []string{"10.0.0.1"}}, FlagNet}, {Lists{Net: []string{"10.0.0.1:80"}}, ""},
		{Lists{Env: []string{"AWS_KEY", "AWS_S*"}}, ""}, {Lists{Env: []string{"*"}}, FlagEnv}, {Lists{Env: []string{"AWS*"}}, FlagEnv}, {Lists{Env: []string{"HOME*"}}, FlagEnv},
		{Lists{Exec: []string{"sort"}}, ""}, {Lists{Exec: []string{"id"}}, FlagExec}, {Lists{Exec: []string{"./sort"}}, FlagExec},
		{Lists{DB: []string{"prod"}}, ""}, {Lists{DB: []string{"test"}}, FlagDB},
	} {
		if flag, value, err := Exceeding(c.inner, outer); flag != c.flag || err != nil {
			t.Errorf("%+v: %q %q, %v; want %q", c.inner, flag, value, err, c.flag)
		}
	}
	if _, _, err := Exceeding(Lists{Net: []string{"http://x"}}, outer); err == nil {
		t.Error("a value that is no host is no error")
	}
}

// A kept folder is kept under its other names. A link stands for the second name here, which only
// the kernel can give a folder.
func TestInsideAFolderOfTwoNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder, other := filepath.Join(dir, "approvals"), filepath.Join(dir, "APPROVALS")
	if err := os.MkdirAll(filepath.Join(folder, "a"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(folder, other); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		folder: true, filepath.Join(folder, "a"): true, filepath.Join(folder, "new", "b"): true, filepath.Join(dir, "c"): false, dir: false,
	} {
		if got := inside(path, other); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if inside(folder, filepath.Join(dir, "none")) {
		t.Error("inside a folder that does not exist")
	}
}
