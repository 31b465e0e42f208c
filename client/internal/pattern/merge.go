package pattern

import (
	"hash/maphash"
	"slices"
	"strings"
)

// enough is the number of different words in one place before that place is masked. Fewer may be
// different failures, such as "cannot read the file" and "cannot read the header".
const enough = 5

// most is the number of words up to which the pairs of words of a pattern are compared: longer
// patterns have too many.
const most = 40

// Merge returns for each pattern a pattern that stands for it. It masks one word, and then two
// words, if at least five patterns differ there and nowhere else. It returns the other
// patterns as they are.
func Merge(patterns []string) []string {
	m := merger{seed: maphash.MakeSeed(), texts: map[uint64]*line{}, seen: map[uint64]int{}}
	byLength := map[int][]*line{}
	lines := make([]*line, len(patterns))
	for i, text := range patterns {
		lines[i] = m.line(text)
		length := len(lines[i].words)
		byLength[length] = append(byLength[length], lines[i])
	}
	for length, alike := range byLength {
		m.maskAll(alike, length)
	}
	merged := make([]string, len(patterns))
	for i, l := range lines {
		merged[i] = strings.Join(l.words, " ")
	}
	return merged
}

// A merger masks words. It reuses its tables for every place, because new ones would be most of the
// garbage of a merge.
type merger struct {
	seed  maphash.Seed
	texts map[uint64]*line // see distinct
	seen  map[uint64]int   // the place in words, by the rest of the pattern
	words []variety
}

// A variety holds different words of one or two places, at most enough of each.
type variety [2]struct {
	words [enough]string
	count int
}

// note keeps a word if it is not there yet.
func (v *variety) note(place int, word string) {
	if known := &v[place]; known.count < enough && !slices.Contains(known.words[:known.count], word) {
		known.words[known.count] = word
		known.count++
	}
}

// A line is a pattern as words. Its sum is that of the hashes of its words, so that the hash of the
// pattern without some words is a subtraction.
type line struct {
	words  []string
	hashes []uint64
	kinds  []kind
	sum    uint64
	plain  int // the number of words that are not marks
}

// A kind of word decides if the word may be masked. It is kept, because each word is looked at for
// many places.
type kind byte

const (
	plainWord kind = iota
	quotedWord
	markWord
)

func kindOf(word string) kind {
	switch {
	case isMark(word):
		return markWord
	case strings.ContainsAny(word, "\"'`"):
		return quotedWord
	}
	return plainWord
}

func (m *merger) line(text string) *line {
	l := &line{words: strings.Split(text, " ")}
	l.hashes, l.kinds, l.plain = make([]uint64, len(l.words)), make([]kind, len(l.words)), len(l.words)
	for i := range l.words {
		m.set(l, i, l.words[i])
	}
	return l
}

// set replaces a word. Its place is a part of its hash.
func (m *merger) set(l *line, at int, word string) {
	hash := maphash.String(m.seed, word) * (2*uint64(at) + 3)
	l.sum += hash - l.hashes[at]
	before, after := l.kinds[at] == markWord, kindOf(word)
	switch {
	case before && after != markWord:
		l.plain++
	case !before && after == markWord:
		l.plain--
	}
	l.words[at], l.hashes[at], l.kinds[at] = word, hash, after
}

// without returns the hash of all words except at the places.
func (l *line) without(places []int) uint64 {
	sum := l.sum
	for _, at := range places {
		sum -= l.hashes[at]
	}
	return sum
}

// maskAll masks words of patterns of the same length: one word, and then two.
func (m *merger) maskAll(alike []*line, length int) {
	for at := range length {
		m.mask(alike, []int{at})
	}
	if length > most {
		return
	}
	for second := range length {
		if len(m.distinct(alike)) < enough {
			return
		}
		for first := range second {
			m.mask(alike, []int{first, second})
		}
	}
}

// distinct returns one pattern of each text. The next call changes the result.
func (m *merger) distinct(lines []*line) map[uint64]*line {
	clear(m.texts)
	for _, l := range lines {
		m.texts[l.sum] = l
	}
	return m.texts
}

// mask masks the words in some places of the patterns that are equal otherwise, if enough words
// differ in each place.
func (m *merger) mask(alike []*line, places []int) {
	clear(m.seen)
	m.words = m.words[:0]
	for _, l := range m.distinct(alike) {
		if !l.mayMask(places) {
			continue
		}
		rest := l.without(places)
		at, found := m.seen[rest]
		if !found {
			at = len(m.words)
			m.seen[rest], m.words = at, append(m.words, variety{})
		}
		for i, place := range places {
			m.words[at].note(i, l.words[place])
		}
	}
	for _, l := range alike {
		if at, found := m.seen[l.without(places)]; found && l.mayMask(places) && m.words[at].isEnough(len(places)) {
			for _, place := range places {
				m.set(l, place, maskedWord(l.words[place]))
			}
		}
	}
}

// isEnough returns true if enough words differ in each of the places.
func (v *variety) isEnough(places int) bool {
	for i := range places {
		if v[i].count < enough {
			return false
		}
	}
	return true
}

// mayMask returns true if enough of a pattern remains: two words that are not marks, or one if the
// masked word is in quotes, and so a value. Of two masked words neither is a mark already.
func (l *line) mayMask(places []int) bool {
	needed := 1 + len(places)
	for _, at := range places {
		switch l.kinds[at] {
		case markWord:
			return len(places) == 1 // it is equal to the mark of others
		case quotedWord:
			needed--
		}
	}
	return l.plain-len(places) >= needed
}

// maskedWord returns the mark of a word, with its quotes and the punctuation at its ends.
func maskedWord(word string) string {
	const ends = "\"'`()[]{}<>,;.:!?"
	inner := strings.Trim(word, ends)
	if inner == "" {
		return word
	}
	start := strings.Index(word, inner)
	return word[:start] + Mark + word[start+len(inner):]
}
