// Package nearest finds the known name that a misspelt one was probably meant to be.
package nearest

import (
	"fmt"
	"slices"
	"strings"
)

// longestName is how many bytes a name may have that is compared with others. The time of that
// grows with its length, and no longer one is a typing error.
const longestName = 100

// Suggestion is " (did you mean …?)" for the nearest name, or "" when none is near.
func Suggestion(name string, known []string) string {
	if best := To(name, known); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return ""
}

// To returns the nearest of the known names that is another one, or "" when none is near. A name of
// which half of the letters differ is another word: "linger" is not "listen".
func To(name string, known []string) string {
	if len(name) > longestName {
		return ""
	}
	best, distance := "", 1+len(name)/3
	for _, candidate := range known {
		if len(candidate) > 2*longestName {
			continue
		}
		if d := levenshtein(name, candidate); d > 0 && d <= distance && (d <= 2 || 2*d < len(name)) && (best == "" || d < distance) {
			best, distance = candidate, d
		}
	}
	return best
}

// IsSlip returns true if a name is so near to one of the known names that it is almost surely a
// typing error: one letter for each eight differs, and at least one.
func IsSlip(name string, known []string) bool {
	best := To(name, known)
	return best != "" && levenshtein(name, best) <= 1+len(name)/8
}

// maxListed is the number of names that Among lists.
const maxListed = 5

// Among returns Suggestion if a name is near. If none is, it lists the known names, whose kind is a
// word such as "schedules", or counts them if they are many.
func Among(name string, known []string, kind string) string {
	near := Suggestion(name, known)
	switch {
	case near != "":
		return near
	case len(known) == 0:
		return fmt.Sprintf(" (there are no %s)", kind)
	case len(known) > maxListed:
		return fmt.Sprintf(" (none of the %d %s is near)", len(known), kind)
	}
	var quoted []string
	for _, one := range slices.Sorted(slices.Values(known)) {
		if len(one) > longestName {
			one = strings.ToValidUTF8(one[:longestName], "") + "…"
		}
		quoted = append(quoted, fmt.Sprintf("%q", one))
	}
	return fmt.Sprintf(" (%s: %s)", kind, strings.Join(quoted, ", "))
}

// levenshtein is the number of bytes to insert, delete or replace to get from a to b.
func levenshtein(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
