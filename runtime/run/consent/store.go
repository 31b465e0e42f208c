package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// A Subject is what a person approves: the needs of one text of a script under one profile. Another
// value of any field is another subject.
type Subject struct {
	SHA256  string   `json:"sha256"`            // of the script with its modules
	Profile string   `json:"profile,omitempty"` // its name; empty without a profile
	File    string   `json:"file,omitempty"`    // of the profile
	Needs   []string `json:"needs"`             // by what they mean on this machine, without secrets
}

// ID returns the id of the subject.
func (s Subject) ID() string {
	text, _ := json.Marshal(s) // texts alone
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// An Approval is the answer of a person.
type Approval struct {
	Subject
	Script string    `json:"script"` // the path under which the person approved it
	User   string    `json:"user"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
}

// A Store keeps approvals in a folder. The zero value has none, and takes none.
type Store struct{ folder string }

// In returns the store of a folder, which need not exist.
func In(folder string) Store { return Store{folder} }

const (
	suffix  = ".json"
	longest = 1 << 20 // bytes of a file
)

// Approved returns true if a person has approved the subject. The error says why the record of that
// cannot be trusted or read.
func (s Store) Approved(subject Subject) (bool, error) {
	found, err := s.read(subject.ID())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && found.ID() == subject.ID(), err
}

func (s Store) read(id string) (found Approval, err error) {
	if s.folder == "" {
		return found, fs.ErrNotExist
	}
	path := filepath.Join(s.folder, id+suffix)
	if err := s.trusted(path); err != nil {
		return found, err
	}
	text, err := plainfile.Read(path, longest)
	if err == nil {
		err = json.Unmarshal(text, &found)
	}
	if err != nil {
		return found, fmt.Errorf("the approval %s cannot be read: %w", path, err)
	}
	return found, nil
}

// trusted returns an error if others than the user could have made the approval at path, or could
// put another folder in the place of that of the approvals, which may be a link.
func (s Store) trusted(path string) error {
	real, err := filepath.EvalSymlinks(s.folder)
	if err != nil {
		return err
	}
	for _, folder := range []string{filepath.Dir(s.folder), filepath.Dir(real), s.folder} {
		info, err := os.Stat(folder)
		if err == nil {
			err = private(folder, info)
		}
		if err != nil {
			return err
		}
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	return private(path, info)
}

// private returns an error if others than the user, and root, may write to a path.
func private(path string, info fs.FileInfo) error {
	if !owned(info) {
		return fmt.Errorf("%s belongs to another user, who could have approved: it must belong to the user of the run, or to root", path)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return fmt.Errorf("%s is a link, and an approval is a file", path)
	}
	const othersWrite = 0o022
	if runtime.GOOS != "windows" && info.Mode().Perm()&othersWrite != 0 && !(info.IsDir() && info.Mode()&fs.ModeSticky != 0) {
		return fmt.Errorf("others may write to %s, so anybody could have approved: chmod go-w %[1]s", path)
	}
	return nil
}

// Approve stores an approval. A reader sees the whole file or none.
func (s Store) Approve(a Approval) error {
	if s.folder == "" {
		return errors.New("there is no folder for approvals")
	}
	text, err := json.MarshalIndent(a, "", "  ")
	if err == nil {
		err = os.MkdirAll(s.folder, 0o700)
	}
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.folder, ".new-*") // with the mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(append(text, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), filepath.Join(s.folder, a.ID()+suffix))
}

// Revoke removes an approval, and returns false if there is none.
func (s Store) Revoke(id string) (bool, error) {
	err := os.Remove(filepath.Join(s.folder, filepath.Base(id)+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// List returns the approvals, the oldest first.
func (s Store) List() (list []Approval, err error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) || s.folder == "" {
		return nil, nil
	}
	for _, entry := range entries {
		id, isApproval := strings.CutSuffix(entry.Name(), suffix)
		if !isApproval {
			continue
		}
		found, failed := s.read(id)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		if found.ID() == id {
			list = append(list, found)
		}
	}
	slices.SortFunc(list, func(a, b Approval) int { return a.At.Compare(b.At) })
	return list, err
}
