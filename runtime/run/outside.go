package run

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/files"
)

// plannedFiles returns the files of a dry run, nil if the run is to change real ones.
func (r *Run) plannedFiles() *files.Rehearsal {
	if r.config.DryRun && !r.config.Outside {
		return files.NewRehearsal(r.config.Environment.Now)
	}
	return nil
}

// outside adds an action outside of the database to the plan of a dry run. The words of a program
// are masked as in the audit log.
func (r *Run) outside(a stdlib.Act) {
	target := append([]string{audit.Mask(a.Target)}, maskedArguments(a.Words)...)
	r.guard.Outside(guard.Act{Function: a.Function, Target: strings.Join(target, " "), Size: a.Size, Done: a.Done})
}
