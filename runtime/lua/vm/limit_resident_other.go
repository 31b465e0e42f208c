//go:build !linux || race

package vm

// residentBytes returns 0: only Linux has a file that shows it at little cost, and the race
// detector has memory of its own beside every object.
func residentBytes() int64 { return 0 }
