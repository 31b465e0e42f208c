//go:build unix

package files

import "syscall"

// folderOnly makes an open fail for everything but a folder.
const folderOnly = syscall.O_DIRECTORY
