package files

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// maxKept is the number of bytes that a dry run keeps of all written files. Beyond it only the size
// of a file is kept, and reading the file is an error.
const maxKept = 64 << 20

// A DryRun holds the files of a dry run. It keeps written, new and removed files in memory in
// front of the disk, which is not changed, so that a script finds its own files. It fails
// whenever the disk would. A removed link still leads to its target. It is safe for concurrent
// use.
type DryRun struct {
	now func() time.Time

	mutex        sync.Mutex
	plannedFiles map[string]planned // by path, without links
	kept         int64
}

// planned is a file or folder after the planned changes.
type planned struct {
	mode    fs.FileMode // of a file 0, of a folder fs.ModeDir
	gone    bool
	text    []byte
	size    int64
	dropped bool // the text is too long to keep
	at      time.Time
}

// NewDryRun returns a dry run without changes. now returns the time of changed files.
func NewDryRun(now func() time.Time) *DryRun {
	return &DryRun{now: now, plannedFiles: map[string]planned{}}
}

var _ Store = (*DryRun)(nil)

// at returns the entry at a path, as the dry run has changed it or as it is on the disk.
func (r *DryRun) at(full string) (planned, error) {
	e, changed, err := r.changed(full)
	if changed {
		return e, err
	}
	info, err := os.Lstat(full)
	if err != nil {
		return planned{}, err
	}
	return planned{mode: info.Mode().Type(), size: info.Size()}, nil
}

// changed returns the entry at a path if the dry run has changed it or a folder above it.
func (r *DryRun) changed(full string) (e planned, changed bool, err error) {
	if e, changed = r.plannedFiles[full]; changed && !e.gone {
		return e, true, nil
	}
	for parent := filepath.Dir(full); parent != full; full, parent = parent, filepath.Dir(parent) {
		above, found := r.plannedFiles[parent]
		switch {
		case found && !above.gone && !above.mode.IsDir():
			return e, true, syscall.ENOTDIR
		case found:
			return e, true, fs.ErrNotExist
		}
	}
	if changed { // it is gone
		err = fs.ErrNotExist
	}
	return e, changed, err
}

// keep replaces the entry at a path.
func (r *DryRun) keep(full string, e planned) {
	r.kept -= int64(len(r.plannedFiles[full].text))
	e.at = r.now()
	if e.dropped = e.dropped || r.kept+int64(len(e.text)) > maxKept; e.dropped {
		e.text = nil
	}
	r.kept += int64(len(e.text))
	r.plannedFiles[full] = e
}

func (e planned) info(name, path string) Info {
	return Info{Name: name, Path: path, Kind: kind(e.mode), Size: e.size, ModifiedAt: e.at.UTC()}
}

// Open returns the text that was written, or opens the file on the disk.
func (r *DryRun) Open(p grants.Place) (io.ReadCloser, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	e, changed, err := r.changed(p.Full())
	switch {
	case !changed:
		return Disk{}.Open(p)
	case err != nil:
		return nil, failed(p, err)
	case e.mode.IsDir():
		return nil, failed(p, syscall.EISDIR)
	case e.dropped:
		return nil, failed(p, fmt.Errorf("a dry run keeps no more than %d bytes of what it would write", maxKept))
	}
	return io.NopCloser(bytes.NewReader(e.text)), nil
}

// Stat describes the file or folder that would exist at a path, or returns nil if there would be
// none.
func (r *DryRun) Stat(p grants.Place) (*Info, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	e, changed, err := r.changed(p.Full())
	switch {
	case !changed:
		return Stat(p)
	case err != nil:
		return nil, nil
	}
	info := e.info(filepath.Base(p.Path), p.Path)
	return &info, nil
}

// Create begins a file that exists in this dry run only.
func (r *DryRun) Create(p grants.Place) (Pending, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.checkFile(p.Full()); err != nil {
		return nil, failed(p, err)
	}
	return &plannedFile{dryRun: r, full: p.Full()}, nil
}

// checkFile returns the error of writing a file.
func (r *DryRun) checkFile(full string) error {
	e, err := r.at(full)
	switch {
	case err == nil && !e.mode.IsRegular():
		return errNotRegular
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return r.checkFolder(filepath.Dir(full))
}

// checkFolder returns the error of making or removing an entry of a folder.
func (r *DryRun) checkFolder(folder string) error {
	e, err := r.at(folder)
	switch {
	case err != nil:
		return err
	case !e.mode.IsDir():
		return syscall.ENOTDIR
	}
	if _, known := r.plannedFiles[folder]; known {
		return nil
	}
	return mayWrite(folder)
}

// Append adds to the end of a file, and makes it if there is none.
func (r *DryRun) Append(p grants.Place, text string) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	full := p.Full()
	e, err := r.at(full)
	_, known := r.plannedFiles[full]
	switch {
	case err != nil || !e.mode.IsRegular():
		if err := r.checkFile(full); err != nil {
			return failed(p, err)
		}
		e = planned{}
	case !known:
		if err := mayWrite(full); err != nil {
			return failed(p, err)
		}
		e.text, e.dropped = readKept(p)
	}
	e.text = append(e.text, text...)
	e.size += int64(len(text))
	r.keep(full, e)
	return nil
}

// readKept returns the text of a file on the disk. dropped is true if it is too long to keep.
func readKept(p grants.Place) (text []byte, dropped bool) {
	whole, err := Text(context.Background(), Disk{}, p, maxKept)
	return []byte(whole), err != nil
}

// MakeFolder makes a folder and its missing parents.
func (r *DryRun) MakeFolder(p grants.Place) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var missing []string
	for full := p.Full(); ; full = filepath.Dir(full) {
		e, err := r.at(full)
		if err == nil && !e.mode.IsDir() {
			return failed(p, syscall.ENOTDIR)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return failed(p, err)
		}
		missing = append(missing, full)
	}
	if len(missing) == 0 {
		return nil
	}
	if err := r.checkFolder(filepath.Dir(missing[len(missing)-1])); err != nil {
		return failed(p, err)
	}
	for _, full := range missing {
		r.keep(full, planned{mode: fs.ModeDir})
	}
	return nil
}

// Remove removes a file, a link or an empty folder.
func (r *DryRun) Remove(p grants.Place) error {
	full := p.Full()
	r.mutex.Lock()
	e, err := r.at(full)
	r.mutex.Unlock()
	if err == nil && e.mode.IsDir() {
		err = r.empty(p)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err == nil {
		err = r.checkFolder(filepath.Dir(full))
	}
	if err != nil {
		return failed(p, err)
	}
	r.keep(full, planned{gone: true})
	return nil
}

func (r *DryRun) empty(p grants.Place) error {
	entries, err := r.List(p, "")
	if err == nil && len(entries) > 0 {
		err = syscall.ENOTEMPTY
	}
	return err
}

// TempFile makes an empty file with a new name in a folder, and returns the name.
func (r *DryRun) TempFile(folder grants.Place, suffix string) (string, error) {
	return r.unused(folder, suffix, 0)
}

// TempFolder makes a folder with a new name in a folder, and returns the name.
func (r *DryRun) TempFolder(folder grants.Place, suffix string) (string, error) {
	return r.unused(folder, suffix, fs.ModeDir)
}

// unused plans a file or folder with a new random name.
func (r *DryRun) unused(folder grants.Place, suffix string, mode fs.FileMode) (string, error) {
	if strings.ContainsAny(suffix, `/\`) {
		return "", failed(folder, errSuffix)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err := r.checkFolder(folder.Full()); err != nil {
		return "", failed(folder, err)
	}
	name := "dbos-script-" + rand.Text() + suffix
	r.keep(filepath.Join(folder.Full(), name), planned{mode: mode})
	return name, nil
}

// plannedFile is a file that is written in a dry run.
type plannedFile struct {
	dryRun *DryRun
	full   string
	text   bytes.Buffer
	size   int64
}

func (f *plannedFile) Write(data []byte) (int, error) {
	f.size += int64(len(data))
	if f.size <= maxKept {
		f.text.Write(data)
	}
	return len(data), nil
}

func (f *plannedFile) Commit() error {
	f.dryRun.mutex.Lock()
	defer f.dryRun.mutex.Unlock()
	f.dryRun.keep(f.full, planned{text: f.text.Bytes(), size: f.size, dropped: f.size > maxKept})
	return nil
}

func (f *plannedFile) Abandon() { f.text.Reset() }
