// Package files reads and writes the files that a run may touch.
//
// Start with Store in store.go: Disk is the real one, and DryRun the one of a dry run.
package files
