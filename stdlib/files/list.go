package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// Info describes a file without its content.
type Info struct {
	Name       string    `json:"name" doc:"Its name in its folder."`
	Path       string    `json:"path" doc:"The path it is found by."`
	Kind       string    `json:"kind" doc:"\"file\", \"folder\", \"link\" or \"other\"."`
	Size       int64     `json:"size" doc:"How many bytes it has."`
	ModifiedAt time.Time `json:"modified_at" doc:"When it was last changed."`
}

func infoOf(folder string, info fs.FileInfo) Info {
	return Info{
		Name: info.Name(), Path: filepath.Join(folder, info.Name()), Kind: kind(info.Mode()),
		Size: info.Size(), ModifiedAt: info.ModTime().UTC(),
	}
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeSymlink != 0:
		return "link"
	}
	return "other"
}

// List returns the entries of a folder that match the pattern, sorted by name. See path.Match; an
// empty pattern matches everything.
func List(p grants.Place, pattern string) ([]Info, error) {
	list := []Info{}
	err := rooted(p, func(root *os.Root) error {
		entries, err := entriesOf(root, p.Name)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			if matched, err := matches(pattern, entry.Name()); err != nil {
				return err
			} else if !matched {
				continue
			}
			if info, err := entry.Info(); err == nil {
				list = append(list, infoOf(p.Path, info))
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// entriesOf opens a folder without waiting for a pipe that stands in its place.
func entriesOf(root *os.Root, name string) ([]fs.DirEntry, error) {
	folder, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK|folderOnly, 0)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	return folder.ReadDir(-1)
}

func matches(pattern, name string) (bool, error) {
	if pattern == "" {
		return true, nil
	}
	return filepath.Match(pattern, name)
}

// Stat describes a file or folder, or returns nil if it does not exist.
func Stat(p grants.Place) (*Info, error) {
	var found *Info
	err := rooted(p, func(root *os.Root) error {
		info, err := root.Stat(p.Name)
		if err == nil {
			made := infoOf(filepath.Dir(p.Path), info)
			made.Name, made.Path = filepath.Base(p.Path), p.Path
			found = &made
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	return found, err
}
