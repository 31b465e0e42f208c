//go:build unix

package consent

import (
	"io/fs"
	"os"
	"syscall"
)

// owned returns true if a file belongs to the user of this process, or to root.
func owned(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Geteuid())
}
