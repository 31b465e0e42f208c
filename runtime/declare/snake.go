package declare

import (
	"strings"
	"unicode"
)

// Snake returns a Go name in snake_case: deduplication_id for DeduplicationID. All names that a
// script sees follow this rule.
func Snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && startsWord(runes, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// startsWord holds at an upper-case letter after a lower-case one, and at the last of a run of
// capitals when a lower-case letter follows ("IDList" is id_list), but not within a plural ("IDs"
// is ids).
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) || runes[i-1] == '_' {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	lowerFollows := i+1 < len(runes) && unicode.IsLower(runes[i+1])
	plural := i+2 == len(runes) && runes[i+1] == 's'
	return lowerFollows && !plural
}
