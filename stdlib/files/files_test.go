package files

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A desk is a granted folder.
type desk struct {
	testing.TB
	folder string
	grants grants.Grants
}

func newDesk(t testing.TB) *desk {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	granted, err := grants.New(grants.Lists{Read: []string{folder}, Write: []string{folder}})
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, folder, granted}
}

func (d *desk) at(name string) grants.Place {
	d.Helper()
	place, err := d.grants.WriteFile(filepath.Join(d.folder, name))
	if err != nil {
		d.Fatal(err)
	}
	return place
}

func (d *desk) put(name, text string) grants.Place {
	d.Helper()
	if err := Put(Disk{}, d.at(name), text); err != nil {
		d.Fatal(err)
	}
	return d.at(name)
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// names are the files of the folder, the hidden ones too.
func (d *desk) names() []string {
	d.Helper()
	list, err := List(d.at("."), "")
	d.must(err)
	names := []string{}
	for _, info := range list {
		names = append(names, info.Name)
	}
	return names
}

func (d *desk) holds(name, want string) {
	d.Helper()
	if got, err := Text(d.Context(), Disk{}, d.at(name), 1<<20); err != nil || got != want {
		d.Errorf("%s holds %q (%v), want %q", name, got, err, want)
	}
}

func lines(t rapid.TB, p grants.Place) iter.Seq2[string, error] {
	t.Helper()
	open, err := Later(Disk{}, p)
	if err != nil {
		t.Fatal(err)
	}
	return Lines(p, open)
}

func TestAFileIsWrittenAsAWhole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.put("a", "old")
	draft, err := Create(d.at("a"))
	d.must(err)
	_, err = draft.Write([]byte("new"))
	d.must(err)
	d.holds("a", "old")
	d.must(draft.Commit())
	d.holds("a", "new")
	if names := d.names(); !slices.Equal(names, []string{"a"}) {
		t.Errorf("the folder holds %v", names)
	}
}

func TestAnAbandonedDraftLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.put("a", "old")
	draft, err := Create(d.at("a"))
	d.must(err)
	draft.Abandon()
	d.holds("a", "old")
	if names := d.names(); !slices.Equal(names, []string{"a"}) {
		t.Errorf("the folder holds %v", names)
	}
}

func TestReadersSeeOneOfTheTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	texts := []string{strings.Repeat("a", 10_000), strings.Repeat("b", 20_000)}
	place := d.put("a", texts[0])
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 50 {
			if err := Put(Disk{}, place, texts[i%2]); err != nil {
				t.Error(err)
			}
		}
	})
	for range 200 {
		if text, err := Text(t.Context(), Disk{}, place, 1<<20); err != nil || !slices.Contains(texts, text) {
			t.Fatalf("%d bytes (%v)", len(text), err)
		}
	}
	writer.Wait()
}

func TestAReplacedFileKeepsItsMode(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.put("a", "old")
	d.must(os.Chmod(filepath.Join(d.folder, "a"), 0o640))
	d.put("a", "new")
	if info, err := os.Stat(filepath.Join(d.folder, "a")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, text := range []string{"a", "", "bc"} {
		d.must(Append(d.at("log"), text))
	}
	d.holds("log", "abc")
}

// A written file is read, whatever it holds. Its lines joined again are the text.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	place := d.at("a")
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		if err := Put(Disk{}, place, text); err != nil {
			t.Fatal(err)
		}
		if got, err := Text(t.Context(), Disk{}, place, 1<<20); err != nil || got != text {
			t.Fatalf("%q (%v)", got, err)
		}
		var joined strings.Builder
		for line, err := range lines(t, place) {
			if err != nil {
				t.Fatal(err)
			}
			joined.WriteString(line + "\n")
		}
		want := strings.ReplaceAll(text, "\r\n", "\n")
		if want != "" && !strings.HasSuffix(want, "\n") {
			want = strings.TrimSuffix(want, "\r") + "\n"
		}
		if joined.String() != want {
			t.Fatalf("lines %q, want %q", joined.String(), want)
		}
	})
}

func TestLinesCanBeLeft(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	place := d.put("a", "one\ntwo\nthree\n")
	for line, err := range lines(t, place) {
		if err != nil || line != "one" {
			t.Errorf("%q, %v", line, err)
		}
		break
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	place := d.put("a", "12345")
	if text, err := Text(t.Context(), Disk{}, place, 5); err != nil || text != "12345" {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := Text(t.Context(), Disk{}, place, 4); err == nil || !strings.HasSuffix(err.Error(), `a": it has more than 4 bytes`) {
		t.Error(err)
	}
	place = d.put("long", strings.Repeat("x", longestLine+1))
	for _, err := range lines(t, place) {
		if err == nil || !strings.Contains(err.Error(), "too long") {
			t.Error(err)
		}
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(MakeFolder(d.at("x/y")))
	d.must(MakeFolder(d.at("x/y")))
	d.put("x/y/b.csv", "12")
	d.put("x/y/a.csv", "1")
	d.put("x/y/.hidden", "")
	d.must(os.Symlink("a.csv", filepath.Join(d.folder, "x/y/link.csv")))
	list, err := List(d.at("x/y"), "*.csv")
	d.must(err)
	var got []string
	for _, info := range list {
		got = append(got, info.Name+" "+info.Kind)
		if info.Path != filepath.Join(d.folder, "x/y", info.Name) || info.ModifiedAt.IsZero() {
			t.Errorf("%+v", info)
		}
	}
	if want := []string{"a.csv file", "b.csv file", "link.csv link"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if list, err := List(d.at("x"), "z*"); err != nil || list == nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := List(d.at("x/y"), "["); err == nil {
		t.Error("a broken pattern passes")
	}
}

func TestStat(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.put("a", "12")
	for name, kind := range map[string]string{"a": "file", ".": "folder"} {
		info, err := Stat(d.at(name))
		if err != nil || info == nil || info.Kind != kind || info.Path != filepath.Join(d.folder, name) {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
	for _, name := range []string{"b", "a/b"} {
		if info, err := Stat(d.at(name)); info != nil || err != nil {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.put("a", "")
	d.must(os.Symlink("a", filepath.Join(d.folder, "link")))
	link, err := d.grants.Remove(filepath.Join(d.folder, "link"))
	d.must(err)
	d.must(Remove(link))
	d.must(MakeFolder(d.at("full/inner")))
	if err := Remove(d.at("full")); !errors.Is(err, syscall.ENOTEMPTY) {
		t.Errorf("a folder with something in it: %v", err)
	}
	d.must(Remove(d.at("full/inner")))
	d.must(Remove(d.at("full")))
	d.must(Remove(d.at("a")))
	if names := d.names(); len(names) != 0 {
		t.Errorf("left: %v", names)
	}
}

func TestTemporaryFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	seen := map[string]bool{}
	for range 3 {
		file, err := TempFile(d.at("."), ".csv")
		d.must(err)
		folder, err := TempFolder(d.at("."), "")
		d.must(err)
		seen[file], seen[folder] = true, true
		if info, err := Stat(d.at(file)); err != nil || info.Size != 0 || !strings.HasSuffix(file, ".csv") {
			t.Errorf("%s: %+v, %v", file, info, err)
		}
	}
	if names := d.names(); len(seen) != 6 || len(names) != 6 {
		t.Errorf("%v, %v", seen, names)
	}
	if name, err := TempFile(d.at("."), "/../../x"); !errors.Is(err, errSuffix) {
		t.Errorf("%q, %v", name, err)
	}
}

func TestWhatIsNoFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(MakeFolder(d.at("folder")))
	d.must(syscall.Mkfifo(filepath.Join(d.folder, "pipe"), 0o600))
	_, missing := Text(t.Context(), Disk{}, d.at("gone"), 1)
	_, folder := Text(t.Context(), Disk{}, d.at("folder"), 1)
	_, pipe := Text(t.Context(), Disk{}, d.at("pipe"), 1)
	for want, err := range map[string]error{
		`there is no "` + d.folder + `/gone"`:                missing,
		`"` + d.folder + `/folder": is a directory`:          folder,
		`"` + d.folder + `/pipe": it is no regular file`:     pipe,
		`"` + d.folder + `/folder": it is no regular file`:   Put(Disk{}, d.at("folder"), ""),
		`there is no "` + d.folder + `/gone/a"`:              Put(Disk{}, d.at("gone/a"), ""),
		`there is no "` + d.folder + `/gone/b"`:              Append(d.at("gone/b"), ""),
		`there is no "` + d.folder + `/gone/c"`:              Remove(d.at("gone/c")),
		`"` + d.folder + `/pipe": no such device or address`: Append(d.at("pipe"), "x"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
			continue
		}
		if coded := err.(*Error); (coded.ErrorCode() == "NotFound") != errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v has the code %q", err, coded.ErrorCode())
		}
	}
}

// A pipe in the place of a folder is refused, and nobody waits for its other end.
func TestAPipeIsNoFolder(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(syscall.Mkfifo(filepath.Join(d.folder, "pipe"), 0o600))
	if _, err := List(d.at("pipe"), ""); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("%v", err)
	}
}
