package client

import (
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client/codec"
)

// scriptApplication is the application name of the executors of scripts.
const scriptApplication = "dbos-script"

// scriptReads are the serializations in which an executor of scripts can read an input and write
// the result.
var scriptReads = []string{"", codec.DBOSJSON, codec.PortableJSON}

// forScripts returns true if only an executor of scripts takes the workflow.
func (f *facts) forScripts() bool {
	return f.workflow.ApplicationName == scriptApplication || f.queue != nil && f.queue.ApplicationName == scriptApplication
}

// scriptSerialization holds for an input that no script can read.
func scriptSerialization(f *facts) *Reason {
	wf := f.workflow
	if !f.forScripts() || slices.Contains(scriptReads, wf.Serialization) {
		return nil
	}
	return &Reason{Cause: CauseSerialization,
		Text: fmt.Sprintf("its input is %s, in which a script can neither read it nor answer: enqueue it in portable JSON (%s)",
			wf.Serialization, codec.PortableJSON)}
}

// scriptClass holds for a workflow of a class, because scripts have none.
func scriptClass(f *facts) *Reason {
	wf := f.workflow
	if !f.forScripts() || wf.ClassName == "" && wf.ConfigName == "" {
		return nil
	}
	return &Reason{Cause: CauseUnknownName,
		Text: fmt.Sprintf("it is %s, and a script has no class: enqueue it by its workflow name alone", describe(wf.Name, "", wf.ClassName, wf.ConfigName))}
}
