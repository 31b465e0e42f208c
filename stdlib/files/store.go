package files

import (
	"io"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A Store reads and writes the files of a run: on the disk, or in a dry run in memory in front of
// it.
type Store interface {
	// Open opens a regular file for reading; another kind of file is an error.
	Open(grants.Place) (io.ReadCloser, error)
	// Stat describes a file or folder, or returns nil if it does not exist.
	Stat(grants.Place) (*Info, error)
	// List returns the entries of a folder whose names match the pattern, by name.
	List(p grants.Place, pattern string) ([]Info, error)
	// Create begins a file, which replaces the one at its place when it is committed.
	Create(grants.Place) (Pending, error)
	// Append adds to the end of a file, and makes it if there is none.
	Append(p grants.Place, text string) error
	MakeFolder(grants.Place) error
	Remove(grants.Place) error
	// TempFile and TempFolder make an entry with a new name in a folder, and return the name.
	TempFile(folder grants.Place, suffix string) (string, error)
	TempFolder(folder grants.Place, suffix string) (string, error)
}

// A Pending is a file that is being written. Either Commit or Abandon ends it.
type Pending interface {
	io.Writer
	Commit() error
	Abandon()
}

// Disk is the files themselves.
type Disk struct{}

var _ Store = Disk{}

// Open opens a regular file for reading.
func (Disk) Open(p grants.Place) (io.ReadCloser, error) {
	file, err := Open(p)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Stat describes a file or folder, or returns nil if it does not exist.
func (Disk) Stat(p grants.Place) (*Info, error) { return Stat(p) }

// List returns the entries of a folder whose names match the pattern, by name.
func (Disk) List(p grants.Place, pattern string) ([]Info, error) { return List(p, pattern) }

// Create begins a file that stands beside its place until it is committed.
func (Disk) Create(p grants.Place) (Pending, error) {
	draft, err := Create(p)
	if err != nil {
		return nil, err
	}
	return draft, nil
}

// Append adds to the end of a file, and makes it if there is none.
func (Disk) Append(p grants.Place, text string) error { return Append(p, text) }

// MakeFolder makes a folder and its missing parents.
func (Disk) MakeFolder(p grants.Place) error { return MakeFolder(p) }

// Remove removes a file, a link or an empty folder.
func (Disk) Remove(p grants.Place) error { return Remove(p) }

// TempFile makes an empty file with a new name in a folder, and returns the name.
func (Disk) TempFile(folder grants.Place, suffix string) (string, error) {
	return TempFile(folder, suffix)
}

// TempFolder makes a folder with a new name in a folder, and returns the name.
func (Disk) TempFolder(folder grants.Place, suffix string) (string, error) {
	return TempFolder(folder, suffix)
}

// Put replaces a file, or makes it. Whoever reads it meanwhile sees the old text or the new one.
func Put(s Store, p grants.Place, text string) error {
	pending, err := s.Create(p)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(pending, text); err != nil {
		pending.Abandon()
		return failed(p, err)
	}
	return pending.Commit()
}
