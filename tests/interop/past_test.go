//go:build interop

package interop

import (
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// An application on the Go SDK 1.8 runs on what we have rewound, forked with other children, cancelled
// with their children, named and sent to.
func TestThePastOfAGoApplication(t *testing.T) {
	t.Parallel()
	sdk := peer.SDK{Language: peer.Go, Version: "1.8.0"}
	for backend, database := range sdkDatabases(sdk) {
		t.Run(backend, func(t *testing.T) {
			t.Parallel()
			o := &other{site: site{version: sdk.String(), database: database(t)}, sdk: sdk}
			o.start(t)
			o.site.start(t, "past-brood", "brood", map[string]any{"n": 5})
			o.ask(t, peer.Request{Do: "result", WorkflowID: "past-brood"}, nil)
			o.run(t, "past.lua")
			if backend == "postgres" { // the SDK does not filter by attributes on SQLite
				o.seesAttributes(t)
			}
		})
	}
}

// seesAttributes has the application's client find workflows by the attributes that the runbook set.
func (o *other) seesAttributes(t *testing.T) {
	t.Helper()
	for _, test := range []struct {
		attributes map[string]any
		want       int
	}{{map[string]any{"tier": 2, "region": "eu"}, 1}, {map[string]any{"tier": 1}, 0}, {map[string]any{"reviewed": true}, 1}, {map[string]any{"gone": true}, 0}} {
		if found := o.theirs(t, map[string]any{"attributes": test.attributes}); len(found) != test.want {
			t.Errorf("the application's client finds %d workflows with %v, not %d", len(found), test.attributes, test.want)
		}
	}
}
