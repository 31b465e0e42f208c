package profile

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} by an environment variable. A URL that is nothing else is taken as it
// is; within one the value is escaped, so that a password may have any characters.
func expand(text string, lookup func(string) (string, bool)) (string, error) {
	var missing []string
	expanded := reference.ReplaceAllStringFunc(text, func(found string) string {
		name := found[2 : len(found)-1]
		value, set := lookup(name)
		switch {
		case !set:
			missing = append(missing, "$"+name)
		case found != text:
			return escape(value)
		}
		return value
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("the environment variable %s is not set", strings.Join(missing, ", "))
	}
	return expanded, nil
}

// escape is for every place of a URL, a password being the narrowest.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// beside makes a path that is not absolute one from the file's folder, in which it was written.
func (p Profile) beside(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(p.File), path)
}

// located does the same for the path of an SQLite URL, if it is a plain one.
func (p Profile) located(url string) string {
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "file:") || strings.HasPrefix(path, "/") {
		return url
	}
	return "sqlite:" + p.beside(path)
}
