package address

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// A File is an SQLite database with the useful settings of its URL.
type File struct {
	Path      string // empty if Memory is true
	Memory    bool   // the database is in memory
	Mode      string // ro, rw or rwc; empty if the URL has none
	Immutable bool   // nobody changes the file while it is open
	Pragmas   []Pragma
}

// A Pragma is a setting of a connection, such as busy_timeout. Its value is one of a few words in
// upper case, or a number.
type Pragma struct{ Name, Value string }

// String returns the URL without its parameters.
func (f *File) String() string {
	if f.Memory {
		return "sqlite::memory:"
	}
	return "sqlite:" + f.Path
}

// parseFile reads the part after "sqlite:": relative.db, /abs.db, ///abs.db, :memory:,
// file:/abs.db?mode=ro; and SQLAlchemy's ///relative.db and ////abs.db. python is true if only
// SQLAlchemy writes such a URL.
func parseFile(rest string, python bool, source Source) (*File, error) {
	path, query, _ := strings.Cut(rest, "?")
	path = strings.TrimPrefix(path, "file:")
	path, err := filePath(path, python)
	if err != nil {
		return nil, err
	}
	file := &File{Path: path, Memory: path == ":memory:" || path == ""}
	if err := file.takeQuery(query, source); err != nil {
		return nil, err
	}
	if path == "" && !python {
		return nil, &Error{"the SQLite URL names no file", "write sqlite:PATH"}
	}
	if file.Memory {
		file.Path = ""
	}
	return file, nil
}

// filePath returns the path that a URL means, which is ":memory:" or "" for a database in memory.
func filePath(path string, python bool) (string, error) {
	after, slashes := strings.CutPrefix(path, "//")
	switch {
	case !slashes:
		return path, nil
	case after == "" && python:
		return "", nil // SQLAlchemy's sqlite:// is in memory
	case !strings.HasPrefix(after, "/"):
		return "", &Error{"an SQLite URL has no host", "write sqlite:PATH for a path from here, or sqlite:///PATH for one from the root"}
	case strings.HasPrefix(after, "//"):
		return after[1:], nil
	case after == "/:memory:":
		return ":memory:", nil
	case python:
		return after[1:], nil
	}
	return fromRootOrHere(after)
}

// fromRootOrHere returns the file that sqlite:///PATH means, and path is "/PATH". SQLAlchemy reads
// it as a path from here, and most other programs as one from the root. If one of the two files
// exists, it is that one. If neither does, the path is from the root, but from here if the file
// would lie in the root folder itself. Two different files are an error.
func fromRootOrHere(path string) (string, error) {
	here := path[1:]
	atRoot, isHere := exists(path), here != "" && exists(here)
	folder := filepath.Dir(path)
	switch {
	case atRoot && isHere:
		if same(path, here) {
			return path, nil
		}
		return "", &Error{"the SQLite URL has three slashes and means one of two files: one from here and one from the root", "write sqlite:PATH for a path from here, or sqlite:////PATH for one from the root"}
	case isHere:
		return here, nil
	case !atRoot && folder == "/" && here != "":
		return here, nil
	}
	return path, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// same returns true if both paths lead to one existing file.
func same(a, b string) bool {
	one, err := os.Stat(a)
	other, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(one, other)
}

// takeQuery sets the fields of the parameters of a URL.
func (f *File) takeQuery(query string, source Source) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return &Error{Message: "the parameters of the SQLite URL cannot be parsed"}
	}
	for name, list := range values {
		for _, value := range list {
			if err := f.take(name, value, source); err != nil {
				return err
			}
		}
	}
	slices.SortFunc(f.Pragmas, func(a, b Pragma) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

const fileParameters = "an SQLite URL has mode (ro, rw, rwc, memory), immutable (0, 1), timeout (seconds), " +
	"and _pragma with busy_timeout(N), foreign_keys(0 or 1), synchronous(OFF, NORMAL, FULL, EXTRA) and cache_size(N); that of a script has mode, timeout and _pragma=busy_timeout(N)"

// take sets the field of one parameter. It returns an error for a parameter that a URL of this
// source cannot have, and for a value that makes no sense.
func (f *File) take(name, value string, source Source) error {
	switch {
	case name == "mode" && slices.Contains([]string{"ro", "rw", "rwc"}, value):
		f.Mode = value
		return nil
	case name == "mode" && value == "memory":
		f.Memory = true
		return nil
	case name == "timeout":
		if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds >= 0 && seconds < 1e6 {
			f.Pragmas = append(f.Pragmas, Pragma{"busy_timeout", strconv.Itoa(int(seconds * 1000))})
			return nil
		}
	case name == "_pragma":
		return f.takePragma(value, source)
	case source == Script: // which can have none of the parameters below
	case name == "immutable" && (value == "0" || value == "1"):
		f.Immutable = value == "1"
		return nil
	case slices.Contains([]string{"check_same_thread", "uri", "isolation_level", "cache", "_txlock", "_time_format", "cached_statements"}, name):
		return nil // of other drivers, or without a meaning here
	}
	return &Error{"the SQLite URL has a parameter that it cannot have, or a value that makes no sense", fileParameters}
}

// takePragma adds a pragma, which is written NAME(VALUE) or NAME=VALUE.
func (f *File) takePragma(text string, source Source) error {
	name, value, _ := strings.Cut(strings.NewReplacer("(", "=", ")", "").Replace(strings.TrimSpace(text)), "=")
	p := Pragma{strings.ToLower(strings.TrimSpace(name)), strings.ToUpper(strings.TrimSpace(value))}
	if source == Script && p.Name != "busy_timeout" || !p.sensible() {
		return &Error{"the SQLite URL has a _pragma that it cannot have, or one whose value makes no sense", fileParameters}
	}
	f.Pragmas = append(f.Pragmas, p)
	return nil
}

// sensible returns true if a URL may set the pragma, and SQLite understands the value.
func (p Pragma) sensible() bool {
	switch p.Name {
	case "busy_timeout":
		return number().takes(p.Value)
	case "cache_size":
		_, err := strconv.Atoi(p.Value)
		return err == nil
	case "foreign_keys":
		return slices.Contains([]string{"0", "1", "ON", "OFF"}, p.Value)
	case "synchronous":
		return slices.Contains([]string{"0", "1", "2", "3", "OFF", "NORMAL", "FULL", "EXTRA"}, p.Value)
	}
	return false
}

// notDatabaseFile returns an error that says why a text, which is no SQLite file, leads to none. It
// returns nil if the text does not look like a path, because the error quotes it, and it may hold a
// password.
func notDatabaseFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return &Error{path + " is a folder, not a database", databasesIn(path)}
	case err == nil:
		return &Error{path + " is no SQLite database", databasesIn(filepath.Dir(path))}
	case slices.Contains(fileEndings(), filepath.Ext(path)):
		return &Error{Missing(path), "check the name; `dbos-script db init --db sqlite:PATH` creates a system database"}
	}
	return nil
}

// fileEndings returns the endings of names by which a path is known as an SQLite file.
func fileEndings() []string {
	return []string{".sqlite", ".sqlite3", ".sqlit", ".db", ".db3", ".sdb", ".s3db"}
}

// Missing returns the message for an SQLite file that does not exist, with the nearest name.
func Missing(path string) string {
	if folder := filepath.Dir(path); !exists(folder) {
		return "there is no file " + path + ", and no folder " + folder
	}
	return "there is no file " + path + nearest.Suggestion(path, databaseFiles(filepath.Dir(path)))
}

// databasesIn returns a hint with the SQLite databases of a folder.
func databasesIn(folder string) string {
	found := databaseFiles(folder)
	if len(found) == 0 {
		return "name an SQLite file, or write postgres://USER:PASSWORD@HOST:PORT/DATABASE"
	}
	return "there is " + strings.Join(found[:min(len(found), maxNamed)], ", ")
}

const (
	maxNamed   = 5    // databases in a hint
	maxEntries = 1000 // entries of a folder that are looked at for a nearest name
)

// databaseFiles returns the paths of the SQLite databases of a folder, or nil if it has none or
// cannot be read.
func databaseFiles(folder string) (paths []string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries[:min(len(entries), maxEntries)] {
		if path := filepath.Join(folder, entry.Name()); isDatabaseFile(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// isDatabaseFile returns true if a text is the path of an existing SQLite file. Only regular
// files are opened, because others could block for ever.
func isDatabaseFile(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	magic := []byte("SQLite format 3\x00")
	head := make([]byte, len(magic))
	_, err = io.ReadFull(file, head)
	return err == nil && bytes.Equal(head, magic)
}

// Resolve returns the absolute path of a file, with symbolic links followed. If the file does not
// exist, the links of its folder are followed; if that does not exist either, the path is only made
// absolute. It returns fs.ErrNotExist for a link that leads nowhere.
func Resolve(path string) (string, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(full)
	if !errors.Is(err, fs.ErrNotExist) {
		return real, err
	}
	if _, err := os.Lstat(full); err == nil {
		return "", fs.ErrNotExist // a link that leads nowhere
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(full))
	if err != nil {
		return full, nil
	}
	return filepath.Join(folder, filepath.Base(full)), nil
}
