// Package files reads and writes the files that a run may touch.
package files
