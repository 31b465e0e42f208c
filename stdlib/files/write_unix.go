//go:build unix

package files

import "golang.org/x/sys/unix"

// mayWrite returns the error that writing to a file, or in a folder, would end with.
func mayWrite(full string) error { return unix.Access(full, unix.W_OK) }
