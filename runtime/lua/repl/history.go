package repl

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// maxHistory is how many inputs are remembered; of a longer file the last ones are read.
const maxHistory = 5000

// History keeps inputs in a file that only its owner can read: one quoted input a line, which
// several sessions may append to. An input that holds a password is not kept, and one that is the
// same as the one before it only once.
type History struct {
	file    string
	entries []string
}

// OpenHistory reads a file, which need not be there yet. An empty path is a history in memory.
func OpenHistory(path string) (*History, error) {
	h := &History{file: path}
	if path == "" {
		return h, nil
	}
	file, err := plainfile.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	total := 0
	for ; lines.Scan(); total++ {
		if entry, err := strconv.Unquote(lines.Text()); err == nil {
			h.keep(entry)
		}
	}
	if err := lines.Err(); err != nil || total <= 2*maxHistory {
		return h, err
	}
	return h, h.rewrite()
}

// rewrite keeps the file from growing for ever.
func (h *History) rewrite() error {
	var text strings.Builder
	for _, entry := range h.entries {
		text.WriteString(strconv.Quote(entry) + "\n")
	}
	fresh := h.file + ".new"
	if err := os.WriteFile(fresh, []byte(text.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, h.file)
}

func (h *History) keep(entry string) {
	h.entries = append(h.entries, entry)
	if extra := len(h.entries) - maxHistory; extra > 0 {
		h.entries = h.entries[extra:]
	}
}

// secrets matches a value after a name such as password or api_key, and the value of an
// Authorization header.
var secrets = regexp.MustCompile(`(?i)(?:password|passwd|pwd|secret|token|api_?key|private_?key|access_?key)\w*["']?\]?\s*=[^=]` +
	`|\bPGPASSWORD\b|\b(?:bearer|basic)\s+[\w+/=.~-]{8}|-----BEGIN`)

// Write adds an input and returns the number of inputs.
func (h *History) Write(entry string) (int, error) {
	entry = strings.TrimSpace(entry)
	if entry == "" || audit.Written(entry) || secrets.MatchString(entry) || len(h.entries) > 0 && h.entries[len(h.entries)-1] == entry {
		return len(h.entries), nil
	}
	h.keep(entry)
	if h.file == "" {
		return len(h.entries), nil
	}
	return len(h.entries), h.append(entry)
}

func (h *History) append(entry string) error {
	if err := os.MkdirAll(filepath.Dir(h.file), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(strconv.Quote(entry) + "\n")
	return errors.Join(err, file.Close())
}

// GetLine returns an input by its index; index 0 is the oldest.
func (h *History) GetLine(at int) (string, error) {
	if at < 0 || at >= len(h.entries) {
		return "", fmt.Errorf("there is no input %d in the history", at)
	}
	return h.entries[at], nil
}

// Len is the number of inputs.
func (h *History) Len() int { return len(h.entries) }

// Dump returns all inputs, the oldest first.
func (h *History) Dump() any { return h.entries }
