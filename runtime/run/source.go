package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// A Source is a script with its text. The file is read only once, so the hash in the audit log is
// that of the text that runs.
type Source struct {
	Path   string // the file, for the audit log; empty if the text is from elsewhere
	Name   string // stands in the positions of errors
	Folder string // where require looks; empty if it finds no files
	Text   []byte // the Lua itself
	// Builtin is true if the text is part of the binary: the audit log then keeps only its hash.
	Builtin bool
	// Program is the compiled Text. If it is nil, the run compiles Text.
	Program *vm.Program
}

// ReadFile reads a script. require looks for other scripts in its folder. It returns the error of
// the file system, or an error of package plainfile if the path is no file or the file is too
// long.
func ReadFile(path string) (Source, error) {
	text, err := plainfile.ReadNamed(context.Background(), path, vm.MaxSource)
	return Source{Path: path, Name: path, Folder: filepath.Dir(path), Text: text}, err
}

// Text returns a script that is in no file. The name is that of the script in the positions of
// errors; require finds no files.
func Text(name, text string) Source { return Source{Name: name, Text: []byte(text)} }

// SHA256 returns the hash of the text, in hexadecimal digits.
func (s Source) SHA256() string {
	sum := sha256.Sum256(s.Text)
	return hex.EncodeToString(sum[:])
}

// recordSource notes the script for the audit log: its hash, and the path of its file. If it is in
// no file, the text itself is noted, without secrets, unless this program has it.
func (r *Run) recordSource(s Source) {
	r.record.SHA256 = s.SHA256()
	switch absolute, err := filepath.Abs(s.Path); {
	case s.Builtin:
	case !plainfile.Is(s.Path):
		r.record.Text = audit.MaskText(string(s.Text))
	case err == nil:
		r.record.Script = absolute
	}
}
