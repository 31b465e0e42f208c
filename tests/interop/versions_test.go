//go:build interop

package interop

import (
	"errors"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// capability is a line of the table: something that runbooks do with an application.
type capability struct {
	name string
	// needs is the column or table without which it cannot work; empty if every schema has it.
	needs string
	// operation is the key of cameIn, if the application's client has to do the same.
	operation string
	// any proves it with an application of any SDK. check proves more with one of TypeScript, in
	// place of any.
	any   func(t *testing.T, o *other)
	check func(t *testing.T, s *site)
	// alone is set if any cannot run beside others, because it restarts the application; last if
	// check cannot either.
	alone, last bool
	// refused is Lua that must be refused, with an error that names the column or table, if the
	// schema lacks it.
	refused string
}

var capabilities = []capability{
	{name: "enqueue: arguments, results, errors, steps", any: anyEnqueue, check: checkEnqueue},
	{name: "enqueue: every option", any: anyOptions, check: checkOptions},
	{name: "messages, events, streams", any: anyTalk, check: checkTalk},
	{name: "message with a key", any: anyKeyed},
	{name: "message to forks too", operation: "send to forks", any: anyToldForks},
	{name: "cancel, resume, delete", any: anyControl, check: checkControl},
	{name: "cancel with children", operation: "cancel children", any: anyFamily},
	{name: "rewind", operation: "rewind", any: anyRewind},
	{name: "fork from each step", any: anyFork, check: checkFork},
	{name: "fork with other children", operation: "replace children", any: anyChildren},
	{name: "read what the application wrote", any: anyTheirs, check: checkTheirs},
	{name: "the application's client on our workflows", any: anyClient, check: checkTheirClient},
	{name: "lists, with each filter, as the application's client", any: anyLists},
	{name: "counts by group, as the application's client", operation: "aggregates", any: anyCounts},
	{name: "schedules", any: anySchedules, alone: true, check: checkSchedules},
	{name: "debounce from both sides", needs: "workflow_status.is_debounced", any: anyDebounce, check: checkDebounce, refused: `dbos.debouncer("same"):debounce("key", 1, 1)`},
	{name: "filter by attributes", needs: "workflow_status.attributes", any: anyAttributes, refused: `dbos.list_workflows{attributes = {a = 1}}`},
	{name: "filter by schedule", needs: "workflow_status.schedule_name", any: anyScheduleName, refused: `dbos.list_workflows{schedule_name = "s"}`},
	{name: "filter by application", needs: "workflow_status.application_name", any: anyApplicationName, refused: `dbos.list_workflows{application_name = "a"}`},
	{name: "set attributes", needs: "workflow_status.attributes", operation: "set attributes", any: anySetAttributes, refused: `dbos.set_workflow_attributes("w", {a = 1})`},
	{name: "merge attributes", needs: "workflow_status.attributes", operation: "merge attributes", any: anyMergeAttributes, refused: `dbos.set_workflow_attributes("w", {a = 1}, {merge = true})`},
	{name: "each application takes its own", needs: "workflow_status.application_name", any: anyOwners, refused: `dbos.enqueue("ordinary", "same", 1, {application_name = "a"})`},
	{name: "rename an application", needs: "workflow_status.application_name", operation: "rename", any: anyRename, refused: `dbos.rename_application{old_name = "a", new_name = "b"}`},
	{name: "queues that we register, with their limits", any: anyQueues},
	{name: "pause and resume a queue", any: anyPause},
	{name: "hold and release workflows", any: anyHold},
	{name: "payload split, beside an older application", needs: "workflow_input", any: anySplit, check: checkSplit},
	{name: "workflows that are scripts", needs: needsTokens, any: anyLua},
	{name: "warn of enqueues that wait for ever", any: anyGuard, check: checkGuard},
	{name: "run on a database that we made", any: anyMade},
	{name: "a read-only tour changes nothing", any: anyReadOnly, alone: true, last: true, check: checkReadOnly},
}

// aloneWith reports whether the capability has to be proved alone with an application of an SDK.
func (c capability) aloneWith(sdk peer.SDK) bool {
	return c.last || c.alone && (c.check == nil || sdk.Language != peer.TypeScript)
}

// never is the version of an operation that no client of a language has.
const never = ""

// cameIn has, for each operation of a client that some version lacks, the version in which it came.
var cameIn = map[string]map[peer.Language]string{
	"send to forks":    {peer.Go: "1.6.0", peer.TypeScript: never},
	"cancel children":  {peer.TypeScript: "4.20"},
	"rewind":           {peer.Go: "1.5.0", peer.Python: "3.1.0", peer.Java: never, peer.TypeScript: "5.1.10"},
	"replace children": {peer.Java: never},
	"aggregates":       {peer.Python: never, peer.Java: never, peer.TypeScript: never},
	"set attributes":   {peer.TypeScript: never},
	"merge attributes": {peer.Go: "1.8.0", peer.Python: "3.3.0", peer.Java: never, peer.TypeScript: never},
	"rename":           {peer.TypeScript: "4.26"},
	"list queues":      {peer.TypeScript: "4.26"},
}

// has reports whether the SDK's client has an operation, and else the version in which it came.
func has(sdk peer.SDK, operation string) (since string, found bool) {
	since, differs := cameIn[operation][sdk.Language]
	return since, !differs || since != never && peer.CompareVersions(sdk.Version, since) >= 0
}

// cell returns the table's cell of a capability that was proved.
func (c capability) cell(sdk peer.SDK) string {
	since, found := has(sdk, c.operation)
	switch {
	case found:
		return "yes"
	case since == never:
		return "ours"
	}
	return "ours, theirs from " + since
}

// operate has the application's client do something and reports whether it could. A client whose
// version lacks the operation must say so.
func (o *other) operate(t *testing.T, operation string, request peer.Request, value any) bool {
	t.Helper()
	return o.operated(t, operation, o.tryAsk(t, request, value))
}

// operated returns false if the client lacks the operation, as its answer says and the table too.
func (o *other) operated(t *testing.T, operation string, err error) bool {
	t.Helper()
	var remote *peer.RemoteError
	lacks := errors.As(err, &remote) && remote.Name == "NoOperation"
	if _, found := has(o.sdk, operation); found == lacks {
		t.Fatalf("%s: the client has it: %v, the table says %v (%v)", operation, !lacks, found, err)
	}
	if err != nil && !lacks {
		t.Fatalf("%s: %v", operation, err)
	}
	return !lacks
}

// TestVersions runs every capability on every version, side by side.
func TestVersions(t *testing.T) {
	versions, err := peer.Versions()
	if err != nil {
		t.Fatal(err)
	}
	sdks := peer.Others()
	for _, version := range versions {
		sdks = append(sdks, peer.SDK{Language: peer.TypeScript, Version: version})
	}
	results := newTable(sdks)
	t.Run("version", func(t *testing.T) {
		for _, sdk := range sdks {
			t.Run(sdk.String(), func(t *testing.T) {
				t.Parallel()
				testSDK(t, sdk, results)
			})
		}
	})
	results.save(t)
}

// prove fills the table's cell with what came of the test. A capability that fails on one kind of
// database has failed.
func (c capability) prove(t *testing.T, o *other, results *table) {
	t.Cleanup(func() {
		if t.Failed() {
			results.add(t, o.sdk, c.name, failed)
		}
	})
	switch {
	case c.needs != "" && !o.has(t, c.needs):
		c.refuse(t, o)
		results.add(t, o.sdk, c.name, "no `"+c.needs+"`")
		return
	case c.check != nil && o.sdk.Language == peer.TypeScript:
		c.check(t, &o.site)
	default:
		c.any(t, o)
	}
	results.add(t, o.sdk, c.name, c.cell(o.sdk))
}

// refuse wants an error that names what the schema lacks. The payload split is nothing that one
// asks for.
func (c capability) refuse(t *testing.T, o *other) {
	t.Helper()
	if c.refused == "" {
		return
	}
	o.chunk(t, `
		local ok, err = pcall(function() return `+c.refused+` end)
		assert(not ok and err.code == "Unsupported" and err.message:find([[`+c.needs+`]], 1, true), tostring(err))`)
}
