//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// capability is a line of the table: something that runbooks do with an application.
type capability struct {
	name string
	// needs is the column or table without which it cannot work; empty for what every schema has.
	needs string
	// since is the first version of TypeScript that check is for; empty for all.
	since string
	// check proves it on a schema that can, with an application of TypeScript.
	check func(t *testing.T, s *site)
	// everywhere proves it with an application of any other SDK; alone says that it cannot do so
	// beside others.
	everywhere func(t *testing.T, o *other)
	alone      bool
	// refuse proves that a schema that cannot is answered with an error that names what is missing.
	refuse func(t *testing.T, s *site)
}

var capabilities = []capability{
	{name: "enqueue: arguments, results, errors, steps", everywhere: anyEnqueue, check: checkEnqueue},
	{name: "enqueue: every option", check: checkOptions},
	{name: "messages, events, streams", everywhere: anyTalk, check: checkTalk},
	{name: "cancel, resume, delete", everywhere: anyControl, check: checkControl},
	{name: "fork from each step", check: checkFork},
	{name: "read what the application wrote", everywhere: anyTheirs, check: checkTheirs},
	{name: "the application's client on our workflows", everywhere: anyClient, check: checkTheirClient},
	{name: "lists, with each filter, as the application's client", since: "5.0.2", check: checkLists, everywhere: anyLists},
	{name: "schedules", everywhere: anySchedules, alone: true, check: checkSchedules},
	{name: "debounce from both sides", everywhere: anyDebounce, needs: "workflow_status.is_debounced", check: checkDebounce, refuse: refuse("debounce")},
	{name: "filter by attributes", needs: "workflow_status.attributes", check: checkAttributes, refuse: refuse("attributes")},
	{name: "filter by schedule", needs: "workflow_status.schedule_name", check: checkScheduleName, refuse: refuse("schedule_name")},
	{name: "filter by application", needs: "workflow_status.application_name", check: checkApplicationName, refuse: refuse("application_name")},
	{name: "payload split, beside an older application", needs: "workflow_input", check: checkSplit},
	{name: "warn of enqueues that wait for ever", check: checkGuard},
	{name: "run on a database that we made", check: checkMade},
}

// tour comes after all others: it looks at what they left, of an application that is stopped.
var tour = capability{name: "a read-only tour changes nothing", check: checkReadOnly}

// TestVersions runs every capability on every version, side by side, and then the read-only tour on
// what they left. Of other SDKs than TypeScript's it runs those that have a test for any SDK.
func TestVersions(t *testing.T) {
	versions, err := peer.Versions()
	if err != nil {
		t.Fatal(err)
	}
	results := newTable(versions)
	t.Run("version", func(t *testing.T) {
		for _, version := range versions {
			t.Run(version, func(t *testing.T) {
				t.Parallel()
				testVersion(t, version, results)
			})
		}
		for _, sdk := range peer.Others() {
			t.Run(sdk.String(), func(t *testing.T) {
				t.Parallel()
				testOther(t, sdk, results)
			})
		}
	})
	results.save(t)
}

func testVersion(t *testing.T, version string, results *table) {
	s := newSite(t, version)
	t.Run("can", func(t *testing.T) {
		for _, capability := range capabilities {
			t.Run(capability.name, func(t *testing.T) {
				t.Parallel()
				capability.prove(t, s, results)
			})
		}
	})
	t.Run(tour.name, func(t *testing.T) { tour.prove(t, s, results) })
}

// prove fills the table's cell with what came of the test.
func (c capability) prove(t *testing.T, s *site, results *table) {
	if c.since != "" && peer.CompareVersions(s.version, c.since) < 0 {
		results.set(s.version, c.name, notTried)
		return
	}
	results.set(s.version, c.name, failed)
	if cell := c.test(t, s); !t.Failed() {
		results.set(s.version, c.name, cell)
	}
}

// test runs the check or, where the schema lacks what it needs, the refusal, and gives the
// table's cell.
func (c capability) test(t *testing.T, s *site) string {
	t.Helper()
	if c.needs == "" || has(t, s.database, c.needs) {
		c.check(t, s)
		return "yes"
	}
	if c.refuse != nil {
		c.refuse(t, s)
	}
	return "no `" + c.needs + "`"
}
