package files

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// List returns the entries that a folder would have, by name.
func (r *DryRun) List(p grants.Place, pattern string) ([]Info, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	list, err := r.listed(p, pattern)
	if err != nil {
		return list, err
	}
	list = slices.DeleteFunc(list, func(i Info) bool {
		_, changed := r.plannedFiles[filepath.Join(p.Full(), i.Name)]
		return changed
	})
	for full, e := range r.plannedFiles {
		name := filepath.Base(full)
		if e.gone || filepath.Dir(full) != p.Full() || full == p.Full() {
			continue
		}
		matched, err := matches(pattern, name)
		if err != nil {
			return nil, failed(p, err)
		}
		if matched {
			list = append(list, e.info(name, filepath.Join(p.Path, name)))
		}
	}
	slices.SortFunc(list, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// listed are the entries that are on the disk.
func (r *DryRun) listed(p grants.Place, pattern string) ([]Info, error) {
	e, changed, err := r.changed(p.Full())
	switch {
	case !changed:
		return List(p, pattern)
	case err != nil:
		return nil, failed(p, err)
	case !e.mode.IsDir():
		return nil, failed(p, syscall.ENOTDIR)
	}
	return []Info{}, nil
}

// HasFolder returns true if there would be a folder at a path.
func (r *DryRun) HasFolder(path string) bool {
	full, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	if real, err := filepath.EvalSymlinks(full); err == nil {
		full = real
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	e, err := r.at(full)
	return err == nil && e.mode.IsDir()
}
