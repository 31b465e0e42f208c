package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// FileName is the name of a file of profiles.
const FileName = "dbos-script.toml"

// file is the content of a file of profiles.
type file struct {
	Profile map[string]Profile `toml:"profile"`
}

// Find returns the profile of a name. It reads the files in order and takes the whole profile
// from the first that has it; missing files are skipped. If no file has it, the error lists the
// existing names.
func Find(name string, files []string) (Profile, error) {
	var known, read []string
	for _, path := range files {
		profiles, err := load(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Profile{}, err
		}
		if p, found := profiles[name]; found {
			if p.unknown != nil {
				return Profile{}, p.unknown
			}
			return p, p.check()
		}
		known, read = append(known, slices.Sorted(maps.Keys(profiles))...), append(read, path)
	}
	if len(read) == 0 {
		return Profile{}, fmt.Errorf("there is no profile %q, because there is no file %s: in %s", name, FileName, strings.Join(files, ", "))
	}
	return Profile{}, fmt.Errorf("there is no profile %q in %s%s; there is %s", name, strings.Join(read, ", "),
		declare.DidYouMean(name, known), enumerated(known))
}

func enumerated(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Names returns the names of the profiles of the files, each once. Unreadable files are skipped.
func Names(files []string) []string {
	var names []string
	for _, path := range files {
		profiles, _ := load(path)
		names = append(names, slices.Collect(maps.Keys(profiles))...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Files returns the paths to search, the nearest first: the folder and all folders above it, then
// the user's configuration folder.
func Files(folder, config string) []string {
	var files []string
	for at := folder; ; at = filepath.Dir(at) {
		files = append(files, filepath.Join(at, FileName))
		if at == filepath.Dir(at) {
			break
		}
	}
	if config != "" {
		files = append(files, filepath.Join(config, "dbos-script", FileName))
	}
	return files
}

// longestFile is how many bytes a file of profiles may have. Even a long file has a few thousand.
const longestFile = 1 << 20

func load(path string) (map[string]Profile, error) {
	text, err := plainfile.Read(path, longestFile)
	if err != nil {
		return nil, err
	}
	var f file
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	err = decoder.Decode(&f)
	if err != nil && !errors.As(err, new(*toml.StrictMissingError)) { // an unknown key is judged below
		return nil, explain(path, err)
	}
	unknown, err := unknownKeys(path, err)
	if err != nil {
		return nil, err
	}
	for name, p := range f.Profile {
		p.Name, p.File, p.unknown = name, path, unknown[name]
		if p.Colour == "" {
			p.Colour = p.Color
		}
		for _, other := range slices.Sorted(maps.Keys(unknown)) {
			if other != name {
				p.Warnings = append(p.Warnings, unknown[other].Error())
			}
		}
		f.Profile[name] = p
	}
	return f.Profile, nil
}

// unknownKeys returns an error for the first unknown key of each profile that err, the error of the
// decoder, names. A key outside of all profiles is an error of the file. A key in one has three
// parts: profile, NAME, and its own name.
func unknownKeys(path string, err error) (map[string]error, error) {
	var missing *toml.StrictMissingError
	if !errors.As(err, &missing) {
		return nil, err
	}
	unknown := map[string]error{}
	for _, one := range missing.Errors {
		key := one.Key()
		if len(key) < 3 {
			return nil, explain(path, err)
		}
		if line, _ := one.Position(); unknown[key[1]] == nil {
			unknown[key[1]] = fmt.Errorf("%s:%d: %s", path, line, unknownKey(key))
		}
	}
	return unknown, nil
}

// explain describes a mistake in a file without the decoder's jargon.
func explain(path string, err error) error {
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		first := unknown.Errors[0]
		line, _ := first.Position()
		return fmt.Errorf("%s:%d: %s", path, line, unknownKey(first.Key()))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		key := wrong.Key()
		if len(key) == 3 && keys[key[2]] != "" {
			return fmt.Errorf("%s:%d: %s is %s", path, line, key[2], keys[key[2]])
		}
		return fmt.Errorf("%s:%d: %s", path, line, strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", path, err)
}

func unknownKey(key []string) string {
	if len(key) > 2 {
		return fmt.Sprintf("unknown key %q of a profile%s", key[2], declare.DidYouMean(key[2], slices.Sorted(maps.Keys(keys))))
	}
	return fmt.Sprintf("unknown key %q%s: a profile begins with [profile.NAME]", key[0], declare.DidYouMean(key[0], []string{"profile"}))
}
