package client_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// Each operation that a gate sees has a line in the table of effects, and no other has one.
func TestADryRunKnowsEachOperationOfTheGate(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	prepared(t, b)
	refused := errors.New("the gate refuses")
	seen := map[string]bool{}
	c := b.NewClient(func(config *client.ClientConfig) {
		config.SDK = client.SDKGo
		config.Gate = func(_ context.Context, change *client.Change, _ func() error) error {
			seen[change.Op] = true
			return refused
		}
	})
	for _, o := range operations.Changing() {
		if err := o.Do(c); !errors.Is(err, refused) {
			t.Errorf("%s does not reach the gate: %v", o.Method, err)
		}
	}
	if operations := slices.Sorted(maps.Keys(seen)); !slices.Equal(operations, client.PlannedOperations()) {
		t.Errorf("the gate sees   %q\na dry run knows %q", operations, client.PlannedOperations())
	}
}
