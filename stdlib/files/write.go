package files

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path"
	"strings"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A Draft is a file that is being written: it takes its place as a whole, or not at all.
type Draft struct {
	place grants.Place
	root  *os.Root
	file  *os.File
	name  string
}

// Create begins to write a file. It stands beside its place under another name until Commit.
func Create(p grants.Place) (*Draft, error) {
	root, err := p.Root()
	if err != nil {
		return nil, failed(p, err)
	}
	d := &Draft{place: p, root: root, name: path.Join(path.Dir(p.Name), "."+path.Base(p.Name)+"."+rand.Text()+".tmp")}
	if err := d.begin(); err != nil {
		root.Close()
		return nil, failed(p, err)
	}
	return d, nil
}

// begin keeps the mode of the file that is to be replaced.
func (d *Draft) begin() error {
	info, err := d.root.Stat(d.place.Name)
	if err == nil && !info.Mode().IsRegular() {
		return errNotRegular
	}
	there := err == nil
	if d.file, err = d.root.OpenFile(d.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666); err != nil {
		return err
	}
	if there {
		err = d.file.Chmod(info.Mode().Perm())
	}
	return err
}

// Write adds to the file.
func (d *Draft) Write(data []byte) (int, error) { return d.file.Write(data) }

// Commit puts the file in its place, once it is on the disk.
func (d *Draft) Commit() error {
	err := errors.Join(d.file.Sync(), d.file.Close())
	if err == nil {
		err = d.root.Rename(d.name, d.place.Name)
	}
	if err != nil {
		d.root.Remove(d.name)
	}
	d.root.Close()
	return failed(d.place, err)
}

// Abandon leaves everything as it was.
func (d *Draft) Abandon() {
	d.file.Close()
	d.root.Remove(d.name)
	d.root.Close()
}

// Append adds to the end of a file, and makes it where it is not there.
func Append(p grants.Place, text string) error {
	return rooted(p, func(root *os.Root) error {
		file, err := openRegular(root, p.Name, os.O_WRONLY|os.O_APPEND|os.O_CREATE)
		if err != nil {
			return err
		}
		_, err = io.WriteString(file, text)
		return errors.Join(err, file.Close())
	})
}

// MakeFolder makes a folder and its missing parents. An existing folder stays as it is.
func MakeFolder(p grants.Place) error {
	return rooted(p, func(root *os.Root) error { return root.MkdirAll(p.Name, 0o777) })
}

// Remove removes a file, a link or an empty folder.
func Remove(p grants.Place) error {
	return rooted(p, func(root *os.Root) error { return root.Remove(p.Name) })
}

// TempFile makes an empty file with a new name in a folder, readable only by its owner, and
// returns the name.
func TempFile(folder grants.Place, suffix string) (string, error) {
	return unused(folder, suffix, func(root *os.Root, name string) error {
		file, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		return file.Close()
	})
}

// TempFolder makes a folder with a new name in a folder, readable only by its owner, and returns
// the name.
func TempFolder(folder grants.Place, suffix string) (string, error) {
	return unused(folder, suffix, func(root *os.Root, name string) error { return root.Mkdir(name, 0o700) })
}

var errSuffix = errors.New("the end of the name leads to another folder")

func unused(folder grants.Place, suffix string, make func(root *os.Root, name string) error) (string, error) {
	if strings.ContainsAny(suffix, `/\`) {
		return "", failed(folder, errSuffix)
	}
	name := "dbos-script-" + rand.Text() + suffix
	err := rooted(folder, func(root *os.Root) error { return make(root, path.Join(folder.Name, name)) })
	return name, err
}
