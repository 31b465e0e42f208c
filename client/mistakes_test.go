package client_test

import (
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// mistaken makes the wrong calls of all operations in order, and returns the error of each.
func mistaken(c client.Client) []string {
	var errors []string
	for _, o := range operations.Changing() {
		for _, mistake := range o.Mistakes {
			err := mistake.Call(c)
			errors = append(errors, fmt.Sprintf("%s, %s: %v (%v)", o.Method, mistake.What, err, client.CodeOf(err)))
		}
	}
	return errors
}

// The first mistake of a call is reported, and it is the same one in a dry run.
func TestADryRunReportsTheSameMistake(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		mustDo(t, operations.PrepareMistakes(b.NewClient()))
		planned := mistaken(b.NewClient(func(c *client.ClientConfig) { c.DryRun = true }))
		done := mistaken(b.NewClient())
		for i := range done {
			if planned[i] != done[i] {
				t.Errorf("a dry run says\n\t%s\nand the real one\n\t%s", planned[i], done[i])
			}
		}
	})
}
