package main

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/files"
)

// rehearsed is what stands for the files in a dry run; nil if the run is to change them.
func (h *host) rehearsed() *files.Rehearsal {
	if h.app.options.dryRun && !h.app.options.runOutside {
		return files.NewRehearsal(h.app.stage.now)
	}
	return nil
}

// outside writes into the plan what a dry run would do outside of the database. The words of a
// program are masked as in the audit log.
func (h *host) outside(a stdlib.Act) {
	target := append([]string{audit.Mask(a.Target)}, maskedArguments(a.Words)...)
	h.guard.Outside(guard.Act{Function: a.Function, Target: strings.Join(target, " "), Size: a.Size, Done: a.Done})
}
