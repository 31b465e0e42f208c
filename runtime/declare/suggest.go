package declare

import (
	"fmt"
	"strings"
)

// longestName is how many bytes a name may have that is compared with others. The time of that
// grows with its length, and no longer one is a typing error.
const longestName = 100

// Suggest returns the candidate nearest to a mistyped name, or nothing if none is near. A
// candidate is near if it is equal but for case and underscores, if its distance is at most a
// third of the name's length and of each word's length (exchanged neighbours count one), or if
// the name is a whole word of it.
func Suggest(name string, candidates []string) string {
	if len(name) > longestName {
		return ""
	}
	best, least := "", len(name)/3+1
	folded := fold(name)
	for _, candidate := range candidates {
		if d := nearness(folded, fold(candidate)); d < least && sameWords(name, candidate, d) {
			best, least = candidate, d
		}
	}
	if best == "" {
		return containing(name, candidates)
	}
	return best
}

// sameWords returns true if every word of a name is near the word of the candidate at its place:
// get_queue is not near enqueue, nor get_workflow near list_workflow. Where one has more words
// than the other, the whole has to be nearly equal.
func sameWords(name, candidate string, distance int) bool {
	words, others := strings.Split(strings.ToLower(name), "_"), strings.Split(strings.ToLower(candidate), "_")
	if len(words) != len(others) {
		return distance <= max(len(name)/6, 1)
	}
	if len(words) == 1 {
		return true
	}
	for i, word := range words {
		if nearness(word, others[i]) > max(len(word)/3, 1) && !startsAlike(word, others[i]) {
			return false
		}
	}
	return true
}

// startsAlike returns true if a word is the start of another one but for its last two letters, such
// as childs of children. A start of fewer than four letters must be the whole word.
func startsAlike(word, other string) bool {
	start := word[:min(len(word), max(len(word)-2, 4))]
	return strings.HasPrefix(other, start)
}

// DidYouMean renders the suggestion with a space before it: ` (did you mean "x"?)`, or nothing.
func DidYouMean(name string, candidates []string) string {
	if nearest := Suggest(name, candidates); nearest != "" {
		return fmt.Sprintf(" (did you mean %q?)", nearest)
	}
	return ""
}

func fold(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "_", "")
}

func nearness(a, b string) int {
	if len(b) > longestName {
		return longestName
	}
	return distance(a, b)
}

// containing finds the first candidate that begins with the name, has it as a whole word, or
// begins it.
func containing(name string, candidates []string) string {
	if len(name) < 3 {
		return ""
	}
	for _, candidate := range candidates {
		if strings.HasPrefix(candidate, name) || hasWord(candidate, name) || strings.HasPrefix(name, candidate+"_") {
			return candidate
		}
	}
	return ""
}

func hasWord(candidate, word string) bool {
	return strings.Contains("_"+candidate+"_", "_"+strings.ToLower(word)+"_")
}

// distance is the Damerau-Levenshtein distance in its restricted form: no part is edited twice.
func distance(a, b string) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+differ(a[i-1], b[j-1]))
			if swapped(a, b, i, j) {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}

func differ(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}

func swapped(a, b string, i, j int) bool {
	return i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1]
}
