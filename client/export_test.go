package client

import (
	"maps"
	"slices"
)

// PlannedOperations returns the operations that a dry run knows.
func PlannedOperations() []string { return slices.Sorted(maps.Keys(effects)) }
