package planfile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/planfile"
)

// drawn returns the changes of a plan, with texts of every kind.
func drawn(t *rapid.T) []client.PlannedChange {
	options := rapid.SampledFrom([]string{`{}`, `{"queue_name":"slow"}`, `{"message":"\u2028 \" 1e400","topic":"t"}`})
	share := 0.25
	settings := rapid.SampledFrom([]client.BulkSettings{{}, {RPS: 7}, {BatchSize: 3}, {Run: 1, Limits: client.BulkLimits{Canary: 0.1, MaxFailedShare: &share}},
		{Run: 2, Limits: client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: "q", N: 2}}}})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) client.PlannedChange {
		return client.PlannedChange{SeenWorkflow: client.SeenWorkflow{ID: rapid.String().Draw(t, "id"), Status: "ERROR", UpdatedAt: rapid.Int64().Draw(t, "updated")},
			Verb: rapid.SampledFrom([]string{"resume", "send"}).Draw(t, "verb"), Options: options.Draw(t, "options"), BulkSettings: settings.Draw(t, "settings")}
	}), 0, 12).Draw(t, "changes")
}

// written writes a plan.
func written(t interface{ Fatal(...any) }, path string, changes []client.PlannedChange) planfile.Header {
	h := planfile.Header{Version: 1, CreatedAt: time.Unix(1, 0).UTC(), ExpiresAt: time.Unix(2, 0).UTC(), Requester: "alice", Script: "a.lua",
		Arguments: []string{"--x", "ü"}, Database: planfile.Database{Name: "sqlite:a", Identity: "0123"}, Approval: true}
	w, err := planfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	err = w.Begin(h)
	for _, change := range changes {
		err = errors.Join(err, w.Add(change.Verb+"_workflows", change))
	}
	if err = errors.Join(err, w.End(3)); err != nil {
		t.Fatal(err)
	}
	return h
}

// A plan is read as it was written: its head, each change with its options and settings, in order.
func TestAPlanIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "plan.json")
	rapid.Check(t, func(t *rapid.T) {
		changes := drawn(t)
		head := written(t, path, changes)
		f, err := planfile.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if !reflect.DeepEqual(f.Header, head) || f.Rows != int64(len(changes)) || f.Outside != 3 {
			t.Fatalf("read %+v of %+v", f, head)
		}
		at := 0
		err = f.Read(planfile.Visitor{Row: func(r planfile.Row) error {
			group, want := f.Kinds[r.Group-1].Group, changes[at]
			at++
			input := group.Input()
			if r.Seen() != want.SeenWorkflow || group.Verb != want.Verb || string(group.Options) != want.Options ||
				input.RPS != want.RPS || input.BatchSize != want.BatchSize || !reflect.DeepEqual(input.Limits, want.Limits) {
				t.Errorf("read %+v of %+v for %+v", r, group, want)
			}
			return nil
		}})
		if err != nil || at != len(changes) {
			t.Fatalf("read %d of %d rows, %v", at, len(changes), err)
		}
	})
}

// A plan with any other byte, without its end, or with something after it, is refused.
func TestAPlanThatIsNotAsItWasWrittenIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, edited := filepath.Join(folder, "plan.json"), filepath.Join(folder, "edited.json")
	rapid.Check(t, func(t *rapid.T) {
		written(t, path, drawn(t))
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := bytes.Clone(text)
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		for what, text := range map[string][]byte{"a changed byte": changed, "no end": text[:at], "more": append(bytes.Clone(text), text[at:]...)} {
			if err := os.WriteFile(edited, text, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := planfile.Open(edited)
			if denied := (*planfile.DeniedError)(nil); !errors.As(err, &denied) || f != nil {
				t.Fatalf("%s at %d: %v", what, at, err)
			}
		}
	})
}

// Whatever a file has, with the right hash at its end, is read twice in the same way, or refused
// with an error that names the file.
func FuzzOpen(f *testing.F) {
	const head = `{"plan":1,"created_at":"2026-01-01T00:00:00Z","expires_at":"2026-01-02T00:00:00Z","requester":"a","script":"s","sha256":"","database":{"name":"","identity":""},"limits":{"confirm_above":0}}` + "\n"
	f.Add(head + `{"rows":0,"groups":0}` + "\n")
	f.Add(head + `{"group":1,"operation":"o","verb":"send","options":{},"limits":{"canary":0.5}}` + "\n" + `{"in":1,"id":"i","status":"ERROR","updated_at":1}` + "\n" + `{"rows":1,"groups":1}` + "\n")
	f.Add(head + `{"group":2,"operation":"o","verb":"send","options":{}}` + "\n")
	f.Add(head + `{"in":-1}` + "\n")
	f.Add(`{"plan":2}` + "\n")
	f.Add("\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		hash := sha256.Sum256([]byte(text))
		path := filepath.Join(t.TempDir(), "plan.json")
		if err := os.WriteFile(path, []byte(text+`{"sha256":"`+hex.EncodeToString(hash[:])+"\"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		plan, err := planfile.Open(path)
		if err != nil {
			if denied := (*planfile.DeniedError)(nil); !errors.As(err, &denied) || !strings.Contains(err.Error(), path) {
				t.Fatal(err)
			}
			return
		}
		defer plan.Close()
		groups, rows := 0, int64(0)
		err = plan.Read(planfile.Visitor{Group: func(planfile.Group) error { groups++; return nil }, Row: func(r planfile.Row) error {
			if rows++; r.Group > groups {
				t.Errorf("%+v is in no group", r)
			}
			return nil
		}})
		if err != nil || groups != plan.Groups || rows != plan.Rows {
			t.Errorf("%d rows and %d groups, %v", rows, groups, err)
		}
	})
}

// A line that is too long is refused without reading the rest of it, and none is written.
func TestALineOfAPlanIsNotTooLong(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "plan.json")
	written(t, path, nil)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := bytes.Cut(text, []byte("\n"))
	if err := errors.Join(os.WriteFile(path, append(head, '\n'), 0o600), os.Truncate(path, 200<<20)); err != nil {
		t.Fatal(err)
	}
	if _, err := planfile.Open(path); err == nil || !strings.Contains(err.Error(), "a line has more than 64 MB") {
		t.Errorf("a long line: %v", err)
	}
	w, err := planfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	long := client.PlannedChange{Verb: "send", Options: `{"message":"` + strings.Repeat("x", 64<<20) + `"}`}
	if err := errors.Join(w.Begin(planfile.Header{}), w.Add("send", long)); err == nil || !strings.Contains(err.Error(), "send: a line of a plan has at most 64 MB") {
		t.Errorf("a long message: %v", err)
	}
}

// A line whose option stands twice lets nobody sign, for ssh-keygen too.
func TestAnOptionOfASignerStandsOnce(t *testing.T) {
	t.Parallel()
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy"
	for options, want := range map[string]string{
		`namespaces="git",namespaces="dbos-*"`:            `:1: the option "namespaces" stands twice`,
		`namespaces="dbos-*",NAMESPACES="git"`:            `:1: the option "namespaces" stands twice`,
		`valid-after="20200101",valid-after="2021010"`:    `:1: "2021010" is no time`,
		`valid-before="20300101",valid-before="20310101"`: `:1: the option "valid-before" stands twice`,
		`cert-authority,cert-authority`:                   "",
	} {
		path := filepath.Join(t.TempDir(), "allowed_signers")
		if err := os.WriteFile(path, []byte("alice "+options+" "+key), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := planfile.ReadSigners(path); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), path+want) {
			t.Errorf("%s: %v", options, err)
		}
	}
}

// Whatever stands in a file of allowed signers, it is read, or refused with an error that names it.
func FuzzReadSigners(f *testing.F) {
	const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy"
	for _, line := range []string{"alice " + key, `"a b",c namespaces="x,!y",valid-after="20260101Z" ` + key, "*@x cert-authority\t" + key, "# c\n\nbob\t" + key, "bob none", `"`, ","} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "allowed_signers")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := planfile.ReadSigners(path); err != nil && !strings.HasPrefix(err.Error(), path) {
			t.Error(err)
		}
	})
}
