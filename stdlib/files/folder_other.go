//go:build !unix

package files

// folderOnly is no flag here: reading the entries of anything but a folder fails by itself.
const folderOnly = 0
