package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// ownedByShop inserts ended workflows of the application shop, with two steps each.
func ownedByShop(b clienttest.Backend, from, to int) {
	for i := from; i < to; i++ {
		args := map[string]any{"id": fmt.Sprintf("w%d", i)}
		b.Exec("INSERT INTO {workflow_status} (workflow_uuid, name, status, application_name, created_at, updated_at) VALUES (:id, 'w', 'SUCCESS', 'shop', 1, 1)", args)
		b.Exec("INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, application_name) VALUES (:id, 1, 's', 'shop'), (:id, 2, 's', 'shop')", args)
	}
}

// A gate counts the rows of a rename, and then how many moved. Rows that come meanwhile end it.
func TestTheGateCountsTheRowsOfARename(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		ownedByShop(b, 0, 5)
		var asked, moved int64
		grows := true
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				asked = *change.Rows
				if grows {
					ownedByShop(b, 5, 6)
				}
				err := apply()
				moved = change.Changed
				return err
			}
		})
		rename := client.RenameApplicationInput{OldName: "shop", NewName: "store", BatchSize: 2}
		_, err := c.RenameApplication(rename)
		if client.CodeOf(err) != client.Conflict || asked != 15 || moved != 0 {
			t.Errorf("asked about %d, moved %d: %v", asked, moved, err)
		}
		if rows := b.Rows("workflow_status", "application_name = 'store'", nil); len(rows) != 0 {
			t.Errorf("%d workflows moved", len(rows))
		}
		grows = false
		counts, err := c.RenameApplication(rename)
		if err != nil || asked != 18 || moved != 18 || counts.Workflows != 6 || counts.Steps != 12 {
			t.Errorf("asked about %d, moved %d, %+v: %v", asked, moved, counts, err)
		}
		_, err = c.RenameApplication(client.RenameApplicationInput{OldName: "nobody", NewName: "some"})
		if client.CodeOf(err) != client.NonExistentApplication || asked != 0 {
			t.Errorf("asked about %d: %v", asked, err)
		}
	})
}

// A gate that refuses moves nothing.
func TestARenameThatTheGateRefusesMovesNothing(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	ownedByShop(b, 0, 2)
	refused := errors.New("no")
	c := b.NewClient(func(config *client.ClientConfig) {
		config.Gate = func(context.Context, *client.Change, func() error) error { return refused }
	})
	_, err := c.RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store"})
	if !errors.Is(err, refused) || len(b.Rows("workflow_status", "application_name = 'shop'", nil)) != 2 {
		t.Errorf("got %v", err)
	}
}
