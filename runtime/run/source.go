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

// A Source is a script that was read once, so that the hash in the audit log belongs to the text
// that runs.
type Source struct {
	Path   string // the file, for the audit log; empty if the text is from elsewhere
	Name   string // stands in the positions of errors
	Folder string // where require looks; empty if it finds no files
	Text   []byte // the Lua itself
	// Program is Text, compiled before. Nil compiles it when it runs.
	Program *vm.Program
}

// ReadFile reads a script. require looks for other scripts in its folder. It returns the error of
// the file system, or an error of package plainfile if the path is no file or the file is too
// long.
func ReadFile(path string) (Source, error) {
	text, err := plainfile.ReadNamed(context.Background(), path, vm.MaxSource)
	return Source{Path: path, Name: path, Folder: filepath.Dir(path), Text: text}, err
}

// Text makes a script of a text. The name stands in the positions of errors; require finds no
// files.
func Text(name, text string) Source { return Source{Name: name, Text: []byte(text)} }

// SHA256 returns the hash of the text, in hexadecimal digits.
func (s Source) SHA256() string {
	sum := sha256.Sum256(s.Text)
	return hex.EncodeToString(sum[:])
}

// recordSource puts into the audit log where a script is from. A text that is in no file is
// recorded itself, without secrets.
func (r *Run) recordSource(s Source) {
	r.record.SHA256 = s.SHA256()
	if !plainfile.Is(s.Path) {
		r.record.Text = audit.MaskText(string(s.Text))
	} else if absolute, err := filepath.Abs(s.Path); err == nil {
		r.record.Script = absolute
	}
}
