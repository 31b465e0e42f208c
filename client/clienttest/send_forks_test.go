package clienttest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// forked inserts an original with forks and a fork of one of them, and a stranger.
func forked(t *testing.T, b clienttest.Backend) {
	t.Helper()
	for _, w := range []struct{ id, from string }{{"w", ""}, {"f1", "w"}, {"f2", "w"}, {"ff", "f1"}, {"stranger", ""}} {
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: w.id, ForkedFrom: w.from, Status: "SUCCESS"}})
	}
}

func TestAMessageToForksReachesForksOfForks(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		forked(t, b)
		var asked []string
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				asked = slices.Clone(change.IDs)
				return apply()
			}
		})
		for range 2 {
			err := c.SendMany([]client.Message{{DestinationID: "w", Message: 1, Topic: "t", IdempotencyKey: "k", SendToForks: true},
				{DestinationID: "f1", Message: 2, IdempotencyKey: "once"}, {DestinationID: "ff", Message: 3, IdempotencyKey: "k3", SendToForks: true}})
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(asked)
		equal(t, "asked", asked, []string{"f1", "f1", "f2", "ff", "ff", "w"})
		var sent []string
		for _, row := range b.Rows("notifications", "", nil) {
			sent = append(sent, row["message_uuid"].(string)+" "+row["destination_uuid"].(string)+" "+row["topic"].(string))
		}
		slices.Sort(sent)
		equal(t, "sent", sent, []string{"k3::ff ff __null__topic__", "k::f1 f1 t", "k::f2 f2 t", "k::ff ff t", "k::w w t", "once::f1 f1 __null__topic__"})
	})
}

// The functions of the Go SDK's form do what the fields of a message do.
func TestSendTakesTheOptionsOfTheGoSDK(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		forked(t, b)
		c := b.NewClient()
		for range 2 {
			one := client.Send(c, "f1", 1, "t", client.WithIdempotencyKey("k"), client.WithSendToForks(), client.WithPortableSend())
			many := client.SendBulk(c, []client.Message{{DestinationID: "f2", Message: 2, IdempotencyKey: "b"}}, client.WithSendToForks())
			if one != nil || many != nil {
				t.Fatal(one, many)
			}
		}
		if err := client.Send(c, "stranger", 3, ""); err != nil {
			t.Fatal(err)
		}
		var sent []string
		for _, row := range b.Rows("notifications", "", nil) {
			id, to := row["message_uuid"].(string), row["destination_uuid"].(string)
			if to == "stranger" {
				id = "random"
			}
			sent = append(sent, fmt.Sprint(id, " ", to, " ", row["topic"], " ", row["serialization"]))
		}
		slices.Sort(sent)
		equal(t, "sent", sent, []string{"b::f2 f2 __null__topic__ portable_json", "k::f1 f1 t portable_json", "k::ff ff t portable_json",
			"random stranger __null__topic__ portable_json"})
		several := client.SendBulk(c, []client.Message{{DestinationID: "w"}, {DestinationID: "f1"}}, client.WithIdempotencyKey("k"))
		if client.CodeOf(several) != client.InvalidOption {
			t.Errorf("one key for several: %v", several)
		}
	})
}

// The gate is asked about the workflows that get a message. A fork that is made meanwhile ends the
// call.
func TestAForkThatIsMadeWhileTheGateAsksEndsTheCall(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		forked(t, b)
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "late", ForkedFrom: "ff", Status: "SUCCESS"}})
				return apply()
			}
		})
		err := c.SendMany([]client.Message{{DestinationID: "w", Message: 1, SendToForks: true}})
		if client.CodeOf(err) != client.Conflict {
			t.Errorf("error %v", err)
		}
		if sent := b.Rows("notifications", "", nil); len(sent) != 0 {
			t.Errorf("%d messages were sent", len(sent))
		}
		for _, dry := range []bool{true, false} {
			err := b.NewClient(func(config *client.ClientConfig) { config.DryRun = dry }).SendMany([]client.Message{{DestinationID: "none", SendToForks: true}})
			if client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("dry run %v: %v", dry, err)
			}
		}
	})
}
