package run

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/files"
)

// plannedFiles returns the files of a dry run, nil if the run is to change real ones.
func (r *Run) plannedFiles() *files.DryRun {
	if r.config.DryRun && !r.config.Outside {
		return files.NewDryRun(r.config.Environment.Now)
	}
	return nil
}

const (
	// plannedWords is how many words of a program a plan shows.
	plannedWords = 100
	// longestWord is how many bytes of each of them, because they are masked one by one.
	longestWord = 4 << 10
)

// planOutsideAct adds an action outside of the database to the plan of a dry run. The words of a
// program are masked as in the audit log.
func (r *Run) planOutsideAct(a stdlib.Act) {
	if !r.config.DryRun {
		return
	}
	words := []string{shortened(a.Target)}
	for _, word := range a.Words[:min(len(a.Words), plannedWords)] {
		words = append(words, shortened(word))
	}
	target := append([]string{audit.Mask(words[0])}, maskedArguments(words[1:])...)
	if len(a.Words) > plannedWords {
		target = append(target, "…")
	}
	r.guard.Outside(guard.Act{Function: a.Function, Target: strings.Join(target, " "), Size: a.Size, Done: a.Done})
}

func shortened(word string) string {
	if len(word) <= longestWord {
		return word
	}
	return strings.ToValidUTF8(word[:longestWord], "") + "…"
}
