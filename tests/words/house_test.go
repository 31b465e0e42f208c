package main

import (
	"testing"
)

// TestCommentsAreInPlainWords holds the comments of the whole module to the targets of the
// house, in words per 10,000. No package may go far beyond them, so that the worst do not hide
// behind the best.
func TestCommentsAreInPlainWords(t *testing.T) {
	t.Parallel()
	packages, err := count([]string{"../.."})
	if err != nil {
		t.Fatal(err)
	}
	var all tally
	for _, p := range packages {
		all.add(p)
	}
	if all.words < 50_000 {
		t.Fatalf("only %d words of comments were found", all.words)
	}
	for word, most := range targets() {
		if rate := all.per10000(word); rate > most {
			t.Errorf("%q stands %.1f times in 10,000 words of comments; at most %.0f. `go run ./tests/words` shows where", word, rate, most)
		}
		for name, p := range packages {
			if p.of[word] > allowed(p.words, most) {
				t.Errorf("%s: %q stands %d times in %d words of comments; say it in a plainer way", name, word, p.of[word], p.words)
			}
		}
	}
	if rate := all.per10000("returns") + all.per10000("if"); rate < 80 {
		t.Errorf("\"returns\" and \"if\" stand %.1f times in 10,000 words of comments; at least 80", rate)
	}
}

// targets returns the words of a private dialect that CONTRIBUTING.md asks to avoid, with the
// highest rate of each.
func targets() map[string]float64 {
	return map[string]float64{"what": 10, "gives": 2, "those": 3, "tells": 1}
}

// allowed returns the limit of a word in a package: five times its rate, and 2 if it is small.
func allowed(words int, rate float64) int {
	return 2 + int(5*rate*float64(words)/10_000)
}

func TestAPackageOfTheOldDialectIsFound(t *testing.T) {
	t.Parallel()
	packages, err := count([]string{write(t, map[string]string{
		"p/a.go": "// What gives is what those tells, and what it gives tells what those are.\npackage p\n",
	})})
	if err != nil || len(packages) != 1 {
		t.Fatalf("%d packages, %v", len(packages), err)
	}
	for _, p := range packages {
		if p.of["what"] <= allowed(p.words, targets()["what"]) {
			t.Errorf("%d times \"what\" in %d words is allowed", p.of["what"], p.words)
		}
	}
}
