package stdlib

import (
	"io"

	"github.com/dbos-script/dbos-script/stdlib/files"
)

// An Act is a call that changes something outside of the database, or in a dry run would.
type Act struct {
	Function string   // exec.run
	Target   string   // the path, the program, or the method and the URL without its query
	Words    []string // that a program is called with
	Size     int64    // how many bytes are written or sent
	Done     bool     // false in a dry run that leaves it undone
}

// tell passes an act on.
func (h Host) tell(a Act) {
	if h.Outside != nil {
		a.Done = h.DryFiles == nil
		h.Outside(a)
	}
}

// files are where fs and csv read and write.
func (h Host) files() files.Store {
	if h.DryFiles != nil {
		return h.DryFiles
	}
	return files.Disk{}
}

// counting counts the bytes that pass.
type counting struct {
	to    io.Writer
	bytes int64
}

func (c *counting) Write(data []byte) (int, error) {
	n, err := c.to.Write(data)
	c.bytes += int64(n)
	return n, err
}
