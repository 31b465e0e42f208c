package client_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// throughProxy returns a prepared database, and a client of it whose requests pass a proxy.
func throughProxy(t *testing.T, options pgproxy.Options) (clienttest.Backend, *pgproxy.Proxy, client.Client) {
	t.Helper()
	b := clienttest.On(t, "Postgres")
	prepared(t, b)
	proxy := pgproxy.New(t, b.Config().DatabaseURL, options)
	return b, proxy, b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL, c.SDK = proxy.URL(), client.SDKGo })
}

// prepareAgain puts the rows of prepared in place of all rows.
func prepareAgain(t *testing.T, b clienttest.Backend) {
	t.Helper()
	for table := range contents(b) {
		b.Exec("DELETE FROM {"+table+"}", nil)
	}
	for table, column := range map[string]string{"workflow_input": "inputs", "workflow_output": "output"} {
		if b.Database.Has(table, column) { // no foreign key deletes its rows
			b.Exec("DELETE FROM {"+table+"}", nil)
		}
	}
	prepared(t, b)
}

// Each operation takes the number of round trips that its entry promises, if its statements are
// prepared.
func TestRoundTripsOfEachOperation(t *testing.T) {
	t.Parallel()
	b, proxy, c := throughProxy(t, pgproxy.Options{})
	for _, o := range operations.All() {
		if o.Trips == 0 {
			continue
		}
		for range 2 {
			prepareAgain(t, b)
			proxy.Reset()
			if err := o.Do(c); err != nil {
				t.Errorf("%s: %v", o.Method, err)
			}
		}
		if trips := proxy.Trips(); trips != o.Trips || proxy.Connections() != 0 {
			t.Errorf("%s takes %d round trips and %d connections, not %d", o.Method, trips, proxy.Connections(), o.Trips)
		}
	}
}

// counts returns the number of rows of each table, and of workflows in each state.
func counts(b clienttest.Backend) map[string]int {
	found := map[string]int{}
	for table, rows := range contents(b) {
		found[table] = len(rows)
		for _, row := range rows {
			found[fmt.Sprint(table, " ", row["status"])]++
		}
	}
	return found
}

// An operation whose first answer is lost has the same error, and leaves as many rows in each state
// as one whose answer arrives.
func TestEachOperationTakesEffectOnceIfItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	lost := &trouble{action: pgproxy.LoseAnswer}
	quiet, _, plain := throughProxy(t, pgproxy.Options{})
	troubled, _, lossy := throughProxy(t, pgproxy.Options{Intercept: lost.intercept})
	for _, o := range operations.Changing() {
		prepareAgain(t, quiet)
		prepareAgain(t, troubled)
		want := o.Do(plain)
		lost.left.Store(1)
		err := o.Do(lossy)
		lost.left.Store(0)
		if client.CodeOf(err) != client.CodeOf(want) {
			t.Errorf("%s returns %v, want %v", o.Method, err, want)
		}
		if got, want := counts(troubled), counts(quiet); !maps.Equal(got, want) {
			t.Errorf("%s leaves\n%v, want\n%v", o.Method, got, want)
		}
	}
}
