package pattern_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/families"
	"github.com/dbos-script/dbos-script/client/internal/pattern"
)

// The messages of forty causes fall into at most sixty patterns, and at least 95 % of them into one
// whose messages have the same cause.
func TestMessagesOfOneCauseAreOnePattern(t *testing.T) {
	t.Parallel()
	const count = 20_000
	for _, seed := range []uint64{1, 2, 3} {
		messages := families.Messages(count, seed)
		groups := grouped(messages)
		pure := 0
		for _, byFamily := range groups {
			most := 0
			for _, n := range byFamily {
				most = max(most, n)
			}
			pure += most
		}
		if len(groups) > 60 || pure < count*95/100 {
			t.Errorf("seed %d: %d patterns, and %d of %d messages are in one of their cause", seed, len(groups), pure, count)
			for text, byFamily := range groups {
				t.Log(len(byFamily), text)
			}
		}
	}
}

// grouped returns the number of messages of each family by their pattern.
func grouped(messages []families.Message) map[string]map[int]int {
	raw := map[string]map[int]int{}
	for _, m := range messages {
		count(raw, pattern.Of(m.Text), m.Family, 1)
	}
	var texts []string
	for text := range raw {
		texts = append(texts, text)
	}
	groups := map[string]map[int]int{}
	for i, common := range pattern.Merge(texts) {
		for family, n := range raw[texts[i]] {
			count(groups, common, family, n)
		}
	}
	return groups
}

func count(groups map[string]map[int]int, text string, family, n int) {
	if groups[text] == nil {
		groups[text] = map[int]int{}
	}
	groups[text][family] += n
}

func BenchmarkOf(b *testing.B) {
	messages := families.Messages(10_000, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		pattern.Of(messages[i%len(messages)].Text)
	}
}

func BenchmarkMerge(b *testing.B) {
	texts := map[string]bool{}
	for _, m := range families.Messages(100_000, 1) {
		texts[pattern.Of(m.Text)] = true
	}
	var list []string
	for text := range texts {
		list = append(list, text)
	}
	b.ReportMetric(float64(len(list)), "patterns")
	for b.Loop() {
		pattern.Merge(list)
	}
}
