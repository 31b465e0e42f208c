package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A dryRun answers every call as the disk would have, and the disk stays as it was.
func TestADryRunDoesAsTheDisk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		real, dry := newDesk(t), newDesk(t)
		for _, d := range []*desk{real, dry} {
			d.must(os.MkdirAll(filepath.Join(d.folder, "d", "e"), 0o700))
			d.put("a", "on the disk")
			d.put("d/b", "below")
			d.must(os.Symlink("a", filepath.Join(d.folder, "l")))
		}
		before, dryRun := snapshot(t, dry.folder), NewDryRun(time.Now)
		for range rapid.IntRange(1, 25).Draw(rt, "calls") {
			call, name := rapid.IntRange(0, 7).Draw(rt, "call"), rapid.SampledFrom([]string{"a", "b", "d", "d/b", "d/e", "d/e/f", "g/h/i", "g", "a/x", "l"}).Draw(rt, "name")
			if call == 3 && name == "l" {
				continue // see DryRun
			}
			want, got := answer(real, Disk{}, call, name), answer(dry, dryRun, call, name)
			if want != got {
				rt.Fatalf("call %d of %q: the dryRun answers %q, the disk %q", call, name, got, want)
			}
		}
		if after := snapshot(t, dry.folder); after != before {
			rt.Fatalf("the disk has changed from\n%s\nto\n%s", before, after)
		}
	})
}

// answer is what a call returns, as a text without the folder.
func answer(d *desk, s Store, call int, name string) string {
	grant := d.grants.WriteFile
	if call == 3 {
		grant = d.grants.Remove
	}
	p, err := grant(filepath.Join(d.folder, name))
	if err != nil {
		return "no place"
	}
	text := ""
	switch call {
	case 0:
		err = Put(s, p, "written to "+name)
	case 1:
		err = s.Append(p, "+")
	case 2:
		err = s.MakeFolder(p)
	case 3:
		err = s.Remove(p)
	case 4:
		text, err = Text(context.Background(), s, p, 1000)
	case 5:
		var info *Info
		if info, err = s.Stat(p); info != nil {
			text = shown(*info)
		}
	case 6, 7:
		var list []Info
		list, err = s.List(p, "*")
		for _, info := range list {
			text += shown(info) + "\n"
		}
	}
	if err != nil {
		return kindOf(err)
	}
	return strings.ReplaceAll(text, d.folder, "")
}

func kindOf(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is none"
	}
	return "fails"
}

func shown(i Info) string {
	if i.Kind != "file" {
		return fmt.Sprintln(i.Name, i.Path, i.Kind)
	}
	return fmt.Sprintln(i.Name, i.Path, i.Kind, i.Size)
}

// snapshot is all that stands below a folder.
func snapshot(t *testing.T, folder string) string {
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			fmt.Fprintln(&all, path)
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintln(&all, path, entry.Type(), string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// A file that is too large to keep has its size, and cannot be read.
func TestADryRunKeepsABoundedText(t *testing.T) {
	t.Parallel()
	d, r := newDesk(t), NewDryRun(time.Now)
	megabyte := strings.Repeat("x", 1<<20)
	p := d.at("long")
	for range 65 {
		d.must(r.Append(p, megabyte))
	}
	info, err := r.Stat(p)
	if err != nil || info == nil || info.Size != 65<<20 {
		t.Errorf("%+v, %v", info, err)
	}
	if _, err := Text(t.Context(), r, p, 100<<20); err == nil || !strings.Contains(err.Error(), "a dry run keeps no more than") {
		t.Error(err)
	}
	if r.kept != 0 {
		t.Errorf("%d bytes are kept", r.kept)
	}
}

// A folder that may not be written to is one for a dry run, too.
func TestADryRunRespectsModes(t *testing.T) {
	t.Parallel()
	d, r := newDesk(t), NewDryRun(time.Now)
	d.must(os.Mkdir(filepath.Join(d.folder, "shut"), 0o500))
	place := d.at("shut/a")
	if got, want := Put(r, place, "") == nil, Put(Disk{}, place, "") == nil; got != want {
		t.Errorf("the dryRun writes: %t, the disk: %t", got, want)
	}
}
