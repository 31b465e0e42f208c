package client_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// otherName names a database in another way: by a link, or by another spelling of the host.
func otherName(t *testing.T, url string) string {
	t.Helper()
	path, isFile := strings.CutPrefix(url, "sqlite:")
	if !isFile {
		return strings.Replace(url, "127.0.0.1", "localhost", 1) + "&application_name=other"
	}
	link := filepath.Join(t.TempDir(), "link")
	mustDo(t, os.Symlink(path, link))
	return "sqlite:" + link
}

// Two dry runs on one database see what the other has planned, however it is named; one on another
// database does not.
func TestDryRunsOnOneDatabaseKnowOfEachOther(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if b.Name == "Cockroach" { // which here is a Postgres
			b.Alter("CREATE SCHEMA IF NOT EXISTS crdb_internal",
				"CREATE OR REPLACE FUNCTION crdb_internal.cluster_id() RETURNS TEXT LANGUAGE SQL AS $$ SELECT '0000' $$")
		}
		var shared client.SharedPlans
		dry := func(b clienttest.Backend, changes ...func(*client.ClientConfig)) client.Client {
			return b.NewClient(append(changes, func(c *client.ClientConfig) { c.DryRun, c.Plans = true, &shared })...)
		}
		enqueued(t, b.NewClient(), "w", 3)
		one := dry(b)
		two := dry(b, func(c *client.ClientConfig) { c.DatabaseURL = otherName(t, c.DatabaseURL) })
		mustDo(t, one.CancelWorkflow("w0"))
		mustDo(t, two.DeleteWorkflows([]string{"w1"}))
		_, err := two.Enqueue("q", "wf", 1, client.WithEnqueueDeduplicationID("d"))
		mustDo(t, err)
		report, err := two.CancelAll([]string{"w0", "w2"})
		if err != nil || report.String() != "cancel_workflows: 1 of 2 changed; 1 unchanged (CANCELLED)" {
			t.Errorf("the second says %v, %v", report, err)
		}
		fails(t, one.CancelWorkflow("w1"), client.NonExistentWorkflow, `there is no workflow "w1"`)
		_, err = one.Enqueue("q", "wf", 1, client.WithEnqueueDeduplicationID("d"))
		fails(t, err, client.QueueDeduplicated, "is taken")

		elsewhere := clienttest.On(t, b.Name)
		enqueued(t, elsewhere.NewClient(), "w", 3)
		report, err = dry(elsewhere).CancelAll([]string{"w0", "w1", "w2"})
		if err != nil || report.Count(client.OutcomeChanged) != 3 {
			t.Errorf("another database says %v, %v", report, err)
		}
	})
}
