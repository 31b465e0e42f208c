package grants

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// Lists holds the values of each flag.
type Lists struct {
	Read  []string // --allow-read=DIR, or a file
	Write []string // --allow-write=DIR, or a file
	Net   []string // --allow-net=HOST: example.com, example.com:8443, *.example.com, or * for every host
	Env   []string // --allow-env=NAME: HOME, or AWS_* for every name that begins with AWS_
	Exec  []string // --allow-exec=PROGRAM: a name that is looked up in PATH, or a path
	DB    []string // --allow-db=URL, or the name of a profile; only package run reads them
}

// The flags that grant.
const (
	FlagRead  = "--allow-read"
	FlagWrite = "--allow-write"
	FlagNet   = "--allow-net"
	FlagEnv   = "--allow-env"
	FlagExec  = "--allow-exec"
	FlagDB    = "--allow-db"
)

// Grants decides about access to the outside. The zero value grants nothing.
type Grants struct {
	read, write []string // absolute, without symbolic links
	net         []host
	env         []string
	exec        []string
	kept        []string // absolute paths of files that no grant lets a script write or remove
	keptFolders []string // absolute paths of folders in which no grant lets a script write
}

// New parses the values of the flags. It returns an error that names the first invalid one.
func New(lists Lists) (Grants, error) {
	var g Grants
	var errs [5]error
	g.read, errs[0] = parseAll(FlagRead, lists.Read, folder)
	g.write, errs[1] = parseAll(FlagWrite, lists.Write, folder)
	g.net, errs[2] = parseAll(FlagNet, lists.Net, parseHost)
	g.env, errs[3] = parseAll(FlagEnv, lists.Env, variable)
	g.exec, errs[4] = parseAll(FlagExec, lists.Exec, program)
	for _, err := range errs {
		if err != nil {
			return Grants{}, err
		}
	}
	return g, nil
}

// Keep returns grants that let no script write or remove the file at path, such as the audit log of
// the run: neither under this path, nor through a link or another name of the file.
func (g Grants) Keep(path string) Grants {
	if full, err := filepath.Abs(path); err == nil {
		g.kept = append(slices.Clone(g.kept), full)
	}
	return g
}

// KeepFolder returns grants that let no script write or remove anything in the folder at path.
func (g Grants) KeepFolder(path string) Grants {
	if full, err := filepath.Abs(path); err == nil {
		g.keptFolders = append(slices.Clone(g.keptFolders), full)
	}
	return g
}

var errEmpty = errors.New("it is empty")

// parseAll parses each value of a flag.
func parseAll[T any](flag string, values []string, parse func(string) (T, error)) ([]T, error) {
	var parsed []T
	for _, value := range values {
		item, err := parse(value)
		if value == "" {
			err = errEmpty
		}
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w", flag, value, err)
		}
		parsed = append(parsed, item)
	}
	return parsed, nil
}
