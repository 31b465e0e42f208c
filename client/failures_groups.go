package client

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/pattern"
)

// A failedRun is one failed workflow.
type failedRun struct {
	id, message string
	value       db.Text // of the column that groups: the step, the name or the version
	at          int64   // when it failed, in milliseconds
	dead        bool
}

// A failureKey holds the properties that the failures of one entry have in common.
type failureKey struct {
	value   db.Text
	pattern string
}

// failureEntry is the failures of one key. The ids are in no order of time, so the last ones are
// kept with their times.
type failureEntry struct {
	ids         []string
	dead        int64
	first, last int64
	message     string   // of the last one
	newest      []seenAt // the last ones, the newest first; at most maxExamples
}

type seenAt struct {
	id string
	at int64
}

// maxExamples bounds the examples of a group.
const maxExamples = 20

// manyPatterns is the number of keys from which they are merged before the last row is read,
// because each takes memory.
const manyPatterns = 1_000

// textBlock is the size of the blocks in bytes in which ids are kept: a text of its own takes
// a third more.
const textBlock = 32 << 10

// texts keeps copies of texts behind each other.
type texts struct{ block *strings.Builder }

// keep returns a copy of the text.
func (t *texts) keep(text string) string {
	if t.block == nil || t.block.Len()+len(text) > t.block.Cap() {
		t.block = &strings.Builder{}
		t.block.Grow(max(textBlock, len(text)))
	}
	start := t.block.Len()
	t.block.WriteString(text)
	return t.block.String()[start:]
}

// A failureTable has the failures by their keys.
type failureTable struct {
	entries map[failureKey]*failureEntry
	merge   int // the number of keys from which they are merged
	ids     texts
}

func (t *failureTable) add(f failedRun) {
	if t.entries == nil {
		t.entries, t.merge = map[failureKey]*failureEntry{}, manyPatterns
	}
	f.id = t.ids.keep(f.id)
	key := failureKey{f.value, pattern.Of(f.message)}
	e := t.entries[key]
	if e == nil {
		e = &failureEntry{first: f.at}
		key.value.String, key.pattern = strings.Clone(key.value.String), strings.Clone(key.pattern)
		t.entries[key] = e
	}
	e.add(f)
	if len(t.entries) >= t.merge {
		t.entries = merged(t.entries)
		t.merge = max(manyPatterns, 2*len(t.entries))
	}
}

func (e *failureEntry) add(f failedRun) {
	e.ids = append(e.ids, f.id)
	if f.dead {
		e.dead++
	}
	e.first = min(e.first, f.at)
	if f.at >= e.last {
		e.last, e.message = f.at, f.message
	}
	e.note(seenAt{f.id, f.at})
}

// absorb adds the failures of another entry.
func (e *failureEntry) absorb(other *failureEntry) {
	e.ids = append(e.ids, other.ids...)
	e.dead += other.dead
	e.first = min(e.first, other.first)
	if other.last >= e.last {
		e.last, e.message = other.last, other.message
	}
	for _, f := range other.newest {
		e.note(f)
	}
}

// note keeps a failure if it is one of the last ones.
func (e *failureEntry) note(f seenAt) {
	at, _ := slices.BinarySearchFunc(e.newest, f, func(a, b seenAt) int { return cmp.Compare(b.at, a.at) })
	if at == maxExamples {
		return
	}
	if len(e.newest) == maxExamples {
		e.newest = e.newest[:maxExamples-1]
	}
	e.newest = slices.Insert(e.newest, at, f)
}

// merged returns the entries with one key for patterns that differ in one or two words only,
// whatever the column that groups holds: a name may be in the messages of several steps.
func merged(entries map[failureKey]*failureEntry) map[failureKey]*failureEntry {
	common := map[string]string{}
	for key := range entries {
		common[key.pattern] = key.pattern
	}
	texts := slices.Collect(maps.Keys(common))
	for i, text := range pattern.Merge(texts) {
		common[texts[i]] = text
	}
	result := make(map[failureKey]*failureEntry, len(entries))
	for key, e := range entries {
		gather(result, failureKey{key.value, common[key.pattern]}, e)
	}
	return result
}

// gather adds an entry to the one of its key.
func gather[K comparable](entries map[K]*failureEntry, key K, e *failureEntry) {
	if earlier := entries[key]; earlier != nil {
		earlier.absorb(e)
		return
	}
	entries[key] = e
}

// groups returns the groups that the input asks for, the largest first.
func (t *failureTable) groups(input FailuresInput) []FailureGroup {
	entries := merged(t.entries)
	if input.By != FailuresByError {
		entries = byValue(entries)
	}
	groups := make([]FailureGroup, 0, len(entries))
	for key, e := range entries {
		groups = append(groups, e.group(key, input))
	}
	slices.SortFunc(groups, func(a, b FailureGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), b.LastAt.Compare(a.LastAt), cmp.Compare(a.Error, b.Error), cmp.Compare(a.value(), b.value()))
	})
	return groups
}

// byValue joins the entries of each value under its most frequent pattern.
func byValue(entries map[failureKey]*failureEntry) map[failureKey]*failureEntry {
	most := map[db.Text]failureKey{}
	for key, e := range entries {
		best, found := most[key.value]
		if !found || cmp.Or(cmp.Compare(len(e.ids), len(entries[best].ids)), cmp.Compare(best.pattern, key.pattern)) > 0 {
			most[key.value] = key
		}
	}
	result := make(map[failureKey]*failureEntry, len(most))
	for key, e := range entries {
		gather(result, most[key.value], e)
	}
	return result
}

// value returns the column that groups, for the order of groups that are alike otherwise.
func (g FailureGroup) value() string {
	for _, column := range []*string{g.Step, g.Name, g.ApplicationVersion} {
		if column != nil {
			return *column
		}
	}
	return ""
}

func (e *failureEntry) group(key failureKey, input FailuresInput) FailureGroup {
	g := FailureGroup{
		Error: key.pattern, Count: int64(len(e.ids)), DeadLetters: e.dead, FirstAt: millis(e.first), LastAt: millis(e.last),
		Message: e.message, WorkflowIDs: e.ids, Examples: e.examples(input.Examples),
	}
	hours := max(g.LastAt.Sub(g.FirstAt), time.Hour).Hours()
	g.PerHour = float64(g.Count) / hours
	g.New = !input.NewSince.IsZero() && !g.FirstAt.Before(input.NewSince)
	switch column := text(key.value); input.By {
	case FailuresByName:
		g.Name = column
	case FailuresByVersion:
		g.ApplicationVersion = column
	default:
		g.Step = column
	}
	return g
}

// examples returns the ids of the last failures.
func (e *failureEntry) examples(limit *int) []string {
	count := defaultExamples
	if limit != nil {
		count = *limit
	}
	ids := make([]string, 0, min(count, len(e.newest)))
	for _, f := range e.newest[:min(count, len(e.newest))] {
		ids = append(ids, f.id)
	}
	return ids
}
