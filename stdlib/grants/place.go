package grants

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A Place is a file or folder that a script may touch, in a folder that is opened as a root: a
// link that is put in its way after the check leads nowhere outside.
type Place struct {
	Path string // as the script wrote it
	Name string // below the root, without links when it was checked
	root string
}

// Root opens the folder that Name counts from. Its user closes it.
func (p Place) Root() (*os.Root, error) { return os.OpenRoot(p.root) }

// Full is the path without links.
func (p Place) Full() string { return filepath.Join(p.root, p.Name) }

// ReadFile grants the reading of a file.
func (g Grants) ReadFile(path string) (Place, error) {
	return accessKind{verb: "reading", flag: FlagRead, granted: g.read, file: true}.place(path)
}

// ReadFolder grants the reading of a folder.
func (g Grants) ReadFolder(path string) (Place, error) {
	return accessKind{verb: "reading", flag: FlagRead, granted: g.read}.place(path)
}

// WriteFile grants the writing of a file, or the making of a folder.
func (g Grants) WriteFile(path string) (Place, error) {
	return accessKind{verb: "writing", flag: FlagWrite, granted: g.write, kept: g.kept, folders: g.keptFolders, file: true}.place(path)
}

// Remove grants the removal of a file or folder. Of a link it is the link itself that goes.
func (g Grants) Remove(path string) (Place, error) {
	return accessKind{verb: "removing", flag: FlagWrite, granted: g.write, kept: g.kept, folders: g.keptFolders, file: true, entry: true}.place(path)
}

// WriteFolder grants the making of files in a folder.
func (g Grants) WriteFolder(path string) (Place, error) {
	return accessKind{verb: "writing to", flag: FlagWrite, granted: g.write, kept: g.kept, folders: g.keptFolders}.place(path)
}

// accessKind is one way to touch files.
type accessKind struct {
	verb    string
	flag    string
	granted []string
	kept    []string
	folders []string // that are kept with all that is in them
	file    bool     // a flag would name the folder of the path
	entry   bool     // a link at the end of the path is not followed
}

const (
	// longestPath is how many bytes a path may have, as in Linux. Each segment costs a look at the
	// disk for every one before it.
	longestPath = 4096
	// shownPath is how many bytes of a longer one an error shows.
	shownPath = 60
)

func (a accessKind) place(path string) (Place, error) {
	if len(path) > longestPath {
		return Place{}, fmt.Errorf("%q… is no path: it has %d bytes, and a path has at most %d", path[:shownPath], len(path), longestPath)
	}
	if path == "" || strings.ContainsRune(path, 0) {
		return Place{}, fmt.Errorf("%q is no path", path)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return Place{}, err
	}
	real, err := a.resolve(full)
	if err != nil {
		real = full
	}
	for _, granted := range a.granted {
		if !within(real, granted) {
			continue
		}
		if err != nil {
			return Place{}, fmt.Errorf("%q: %w", path, reason(err))
		}
		if a.keeps(real) {
			return Place{}, &KeptError{What: a.verb + " " + filepath.Clean(path)}
		}
		if a.keepsFolder(real) {
			return Place{}, &KeptError{What: a.verb + " " + filepath.Clean(path), approvals: true}
		}
		return locate(path, real, granted)
	}
	return Place{}, a.denied(path, full, real)
}

// keeps returns true for a file that is kept, under whatever name. A link that leads to one may
// be removed.
func (a accessKind) keeps(real string) bool {
	there, err := os.Lstat(real)
	for _, path := range a.kept {
		if kept, keptErr := os.Stat(path); err == nil && keptErr == nil && os.SameFile(there, kept) {
			return true
		}
		if target, resolveErr := resolve(path); real == path || resolveErr == nil && real == target || a.leads(real, path) {
			return true
		}
	}
	return false
}

// keepsFolder returns true for a kept folder, for what is in it, and for the way to it.
func (a accessKind) keepsFolder(real string) bool {
	return slices.ContainsFunc(a.folders, func(folder string) bool {
		target, err := resolve(folder)
		return within(real, folder) || err == nil && within(real, target) || inside(real, folder) || a.leads(real, filepath.Join(folder, "x"))
	})
}

// inside returns true for a folder and what is in it, under whatever name: a file system may ignore
// the case of letters, or have the folder at a second place.
func inside(real, folder string) bool {
	kept, err := os.Stat(folder)
	for err == nil {
		if there, missing := os.Lstat(real); missing == nil && os.SameFile(there, kept) {
			return true
		}
		if real == filepath.Dir(real) {
			break
		}
		real = filepath.Dir(real)
	}
	return false
}

// leads returns true for a link or a folder on the way to a kept file: without it, the path leads
// to another one.
func (a accessKind) leads(real, kept string) bool {
	for kept = filepath.Dir(kept); a.entry && kept != filepath.Dir(kept); kept = filepath.Dir(kept) {
		if entry, err := a.resolve(kept); err == nil && entry == real {
			return true
		}
	}
	return false
}

func (a accessKind) resolve(full string) (string, error) {
	if !a.entry {
		return resolve(full)
	}
	folder, err := resolve(filepath.Dir(full))
	return filepath.Join(folder, filepath.Base(full)), err
}

// denied suggests the folder as the script wrote it, or the target of a link.
func (a accessKind) denied(path, full, real string) error {
	shown, target := filepath.Clean(path), filepath.Clean(path)
	for _, granted := range a.granted {
		if within(full, granted) {
			shown, target = shown+", which leads to "+real+",", real
			break
		}
	}
	if a.file {
		target = filepath.Dir(target)
	}
	return &DeniedError{What: a.verb + " " + shown, Flag: a.flag, Value: target}
}

// locate counts from the granted folder, or from the nearest above it that is there.
func locate(path, real, granted string) (Place, error) {
	root := granted
	if real == granted {
		root = filepath.Dir(granted)
	}
	for {
		if _, err := os.Lstat(root); err == nil || root == filepath.Dir(root) {
			break
		}
		root = filepath.Dir(root)
	}
	name, err := filepath.Rel(root, real)
	return Place{Path: path, Name: name, root: root}, err
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

func folder(path string) (string, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return resolve(full)
}

// maxLinks is where a chain of links that lead to nothing is taken for a circle.
const maxLinks = 40

// resolve returns an absolute path without links. The part of the path that does not exist yet
// keeps its name. A link to a missing target is followed too, because writing to the link would
// make its target.
func resolve(path string) (string, error) { return resolveLinks(path, maxLinks) }

func resolveLinks(path string, left int) (string, error) {
	real, err := filepath.EvalSymlinks(path)
	missing := errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
	switch {
	case err != nil && !missing && !errors.As(err, new(*fs.PathError)):
		return "", syscall.ELOOP // EvalSymlinks says so in words of its own
	case !missing:
		return real, err
	case left == 0:
		return "", syscall.ELOOP
	}
	folder, err := resolveParent(path, left)
	if err != nil {
		return "", err
	}
	kept := filepath.Join(folder, filepath.Base(path))
	target, err := os.Readlink(kept)
	if err != nil {
		return kept, nil
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(folder, target)
	}
	return resolveLinks(filepath.Clean(target), left-1)
}

func resolveParent(path string, left int) (string, error) {
	if parent := filepath.Dir(path); parent != path {
		return resolveLinks(parent, left)
	}
	return path, nil
}

// reason is an error of the file system without the path, which the message has already.
func reason(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
