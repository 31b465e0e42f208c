//go:build !unix

package consent

import "io/fs"

// owned returns true: there is no number of a user to compare.
func owned(fs.FileInfo) bool { return true }
