package consent_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/consent"
)

var subject = consent.Subject{SHA256: "aa", Profile: "prod", File: "/p.toml", Needs: []string{"--allow-net=a", "--allow-write=/out"}}

// approved returns a store with an approval of subject, and the path of its file.
func approved(t *testing.T) (consent.Store, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "new", "approvals")
	store := consent.In(folder)
	if err := store.Approve(consent.Approval{Subject: subject, Script: "/x.lua", User: "ops", At: time.Unix(1, 0).UTC()}); err != nil {
		t.Fatal(err)
	}
	return store, filepath.Join(folder, subject.ID()+".json")
}

func want(t *testing.T, store consent.Store, s consent.Subject, approved bool, text string) {
	t.Helper()
	got, err := store.Approved(s)
	if got != approved || (err == nil) != (text == "") || err != nil && !strings.Contains(err.Error(), text) {
		t.Errorf("%+v is approved: %v, %v; want %v and %q", s, got, err, approved, text)
	}
}

// Another text, profile, file of profiles or need is not approved.
func TestAnApprovalIsForOneSubject(t *testing.T) {
	t.Parallel()
	store, path := approved(t)
	want(t, store, subject, true, "")
	for _, change := range []func(*consent.Subject){
		func(s *consent.Subject) { s.SHA256 = "ab" },
		func(s *consent.Subject) { s.Profile = "" },
		func(s *consent.Subject) { s.File = "/other.toml" },
		func(s *consent.Subject) { s.Needs = s.Needs[:1] },
		func(s *consent.Subject) { s.Needs = []string{"--allow-net=a --allow-write=/out"} },
	} {
		other := subject
		change(&other)
		want(t, store, other, false, "")
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if list, err := store.List(); err != nil || len(list) != 1 || list[0].User != "ops" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, found := range []bool{true, false} {
		if got, err := store.Revoke(subject.ID()); got != found || err != nil {
			t.Errorf("revoked: %v, %v", got, err)
		}
	}
	want(t, store, subject, false, "")
	want(t, consent.Store{}, subject, false, "")
}

// A file that others may write, that is cut short, or that was copied to another name approves
// nothing.
func TestAFileThatOthersMayHaveWrittenApprovesNothing(t *testing.T) {
	t.Parallel()
	store, path := approved(t)
	for _, at := range []string{path, filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		if runtime.GOOS == "windows" {
			break // it has no such modes
		}
		info, err := os.Stat(at)
		if err == nil {
			err = os.Chmod(at, info.Mode().Perm()|0o020)
		}
		if err != nil {
			t.Fatal(err)
		}
		want(t, store, subject, false, "others may write to "+at)
		if err := os.Chmod(at, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []string{path, filepath.Dir(path), filepath.Dir(filepath.Dir(path))} {
		if os.Geteuid() != 0 {
			break // only root can make a file of another user
		}
		const another = 12345
		if err := os.Chown(at, another, another); err != nil {
			t.Fatal(err)
		}
		want(t, store, subject, false, at+" belongs to another user")
		if err := os.Chown(at, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	want(t, store, subject, true, "")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := subject
	other.SHA256 = "ff"
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), other.ID()+".json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, store, other, false, "")
	if err := os.WriteFile(path, text[:len(text)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, store, subject, false, "cannot be read")
}

// The folder of the approvals may be a link, but an approval may not.
func TestALinkedFolderOfApprovals(t *testing.T) {
	t.Parallel()
	_, path := approved(t)
	link := filepath.Join(filepath.Dir(filepath.Dir(path)), "linked")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		t.Fatal(err)
	}
	want(t, consent.In(link), subject, true, "")
	if err := os.Rename(path, path+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path+".moved", path); err != nil {
		t.Fatal(err)
	}
	want(t, consent.In(link), subject, false, "is a link")
}
