//go:build interop

package interop

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// twoIntervals are two polling intervals of the paused queues, in milliseconds. Each SDK reads the
// limits of queues once a second too.
const twoIntervals = 2000

// inTwoLooks is the number of workflows that an application takes in two looks: two of the paced
// queue in each, and the only one of the other. A look of a busy machine may come late, so looks
// are counted, and not milliseconds.
const inTwoLooks = 5

// These read the database beside every SDK; the times are in milliseconds.
const (
	queuesOfPause  = `SELECT * FROM {queues} WHERE name IN ('paced', 'free')`
	pausedSince    = `SELECT MAX(updated_at) FROM {queues} WHERE name IN ('paced', 'free')`
	startedOfPause = `SELECT COUNT(*) FROM {workflow_status} WHERE queue_name IN ('paced', 'free') AND started_at_epoch_ms IS NOT NULL`
	waitingOfPause = `SELECT COUNT(*) FROM {workflow_status} WHERE queue_name IN ('paced', 'free') AND status = 'ENQUEUED'`
	startedAfter   = `SELECT COUNT(*) FROM {workflow_status} WHERE queue_name IN ('paced', 'free') AND started_at_epoch_ms > %d`
	clockPostgres  = `SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)`
	clockSQLite    = `SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)`
)

// anyPause pauses a queue from which the application takes two workflows at each look, and one
// without limits. After two more looks it takes none, although workflows wait. Resumed, both have
// each value that they had.
func anyPause(t *testing.T, o *other) {
	handle := o.open(t)
	defer handle.Close()
	o.chunk(t, `
		local owner, class = `+luaText(o.owner(t))+`, `+luaText(o.class())+`
		dbos.register_queue{name = "paced", worker_concurrency = 2, concurrency = 50, rate_limit = {limit = 5000, period = 7.5}, polling_interval = 1, application_name = owner}
		dbos.register_queue{name = "free", polling_interval = 1, application_name = owner}
		local inputs = {}
		for i = 1, 60 do inputs[i] = i end
		dbos.enqueue_many("paced", "same", inputs, {class_name = class})`)
	peer.Until(t, askTime, "the application has looked twice", func() bool { return o.number(t, handle, startedOfPause) >= 3 })
	before := o.values(t, handle, queuesOfPause)
	o.chunk(t, `
		dbos.pause_queue("free")
		dbos.pause_queue("paced")
		local again = dbos.pause_queue("paced")
		assert(again.paused and again.worker_concurrency == 2 and again.rate_limit.limit == 5000)
		dbos.enqueue("free", "same", 1, {class_name = `+luaText(o.class())+`})`)
	paused := o.number(t, handle, pausedSince)
	if waiting := o.settled(t, handle, paused); waiting < 2 {
		t.Errorf("%d workflows wait after the pause, so nothing shows that they are left alone", waiting)
	}
	if later := o.number(t, handle, fmt.Sprintf(startedAfter, paused)); later > inTwoLooks {
		t.Errorf("%d workflows started after the pause, more than in two looks", later)
	}
	o.chunk(t, `
		dbos.resume_queue("free")
		dbos.resume_queue("paced")`)
	sameValues(t, "the resumed queues", before, o.values(t, handle, queuesOfPause))
	if limits, has := o.queueLimits(t); has && limits["paced"] != 50.0 {
		t.Errorf("the application's client reads the limits %v", limits)
	}
	o.chunk(t, `dbos.update_queue("paced", {clear = {"worker_concurrency"}})`)
	peer.Until(t, askTime, "all workflows have been taken", func() bool { return o.number(t, handle, waitingOfPause) == 0 })
}

// queueLimits returns the limits of all queues as the application's client lists them, and false if
// it has no such list. The client for Python 2.31 reads the names before the queues, and fails if
// another test deletes a queue in between; then it is asked again.
func (o *other) queueLimits(t *testing.T) (limits map[string]any, has bool) {
	t.Helper()
	var err error
	peer.Until(t, askTime, "the client lists the queues", func() bool {
		err = o.tryAsk(t, peer.Request{Do: "queues"}, &limits)
		return err == nil || !strings.Contains(err.Error(), "not found in the database")
	})
	return limits, o.operated(t, "list queues", err)
}

// settled waits until no workflow is taken during two intervals, and returns the number that waits.
func (o *other) settled(t *testing.T, handle *sql.DB, paused int64) (waiting int64) {
	t.Helper()
	for times := range int64(10) {
		o.awaitClock(t, handle, paused+(times+1)*twoIntervals)
		now := o.number(t, handle, waitingOfPause)
		if times > 0 && now == waiting {
			return now
		}
		waiting = now
	}
	t.Fatal("workflows are taken all the time, although their queues are paused")
	return 0
}

// anyHold holds every second workflow of a queue that runs one at a time. The others run, and the
// held ones do not. Released, they are as they were, and run in their order, before one that was
// enqueued later.
func anyHold(t *testing.T, o *other) {
	handle := o.open(t)
	defer handle.Close()
	enqueue := `
		local function enqueue(id, name)
			dbos.enqueue("kept", name or "same", "", {workflow_id = "kept-" .. id, class_name = ` + luaText(o.class()) + `})
		end
		local function become(id, status)
			for _ = 1, 200 do
				if dbos.retrieve_workflow("kept-" .. id):get_status().status == status then return end
				require("time").sleep(0.1)
			end
			error(id .. " is not " .. status)
		end`
	o.chunk(t, enqueue+`
		dbos.register_queue{name = "kept", concurrency = 1, polling_interval = 0.2, application_name = `+luaText(o.owner(t))+`}
		enqueue("gate-1", "hold")
		become("gate-1", "PENDING")
		for i = 1, 6 do enqueue(i) end`)
	const held = `SELECT * FROM {workflow_status} WHERE workflow_uuid IN ('kept-2', 'kept-4', 'kept-6')`
	before := o.values(t, handle, held)
	o.chunk(t, enqueue+`
		assert(dbos.hold({"kept-6", "kept-2", "kept-4"}).changed == 3)
		dbos.send("kept-gate-1", "go", "release")
		become(5, "SUCCESS")
		enqueue("gate-2", "hold")
		become("gate-2", "PENDING")
		enqueue(7)`)
	o.ranInOrder(t, handle, "gate-1", "1", "3", "5", "gate-2")
	o.chunk(t, `assert(dbos.release({"kept-6", "kept-4", "kept-2"}).changed == 3)`)
	sameValues(t, "the released workflows", before, o.values(t, handle, held))
	o.chunk(t, enqueue+`
		dbos.send("kept-gate-2", "go", "release")
		become(7, "SUCCESS")`)
	o.ranInOrder(t, handle, "gate-1", "1", "3", "5", "gate-2", "2", "4", "6", "7")
}

// ranInOrder wants exactly these workflows of anyHold to have started, in this order. Two may have
// started at the same time, because Python writes whole seconds into a SQLite before 3.42.
func (o *other) ranInOrder(t *testing.T, handle *sql.DB, ids ...string) {
	t.Helper()
	rows, err := handle.QueryContext(t.Context(), o.text(`SELECT SUBSTR(workflow_uuid, 6), started_at_epoch_ms FROM {workflow_status}
		WHERE queue_name = 'kept' AND started_at_epoch_ms IS NOT NULL`))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	started := map[string]int64{}
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			t.Fatal(err)
		}
		started[id] = at
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	inOrder := slices.IsSortedFunc(ids, func(a, b string) int { return cmp.Compare(started[a], started[b]) })
	if all := slices.Sorted(maps.Keys(started)); !inOrder || !slices.Equal(all, slices.Sorted(slices.Values(ids))) {
		t.Errorf("these started at %v, not %v one after the other", started, ids)
	}
}

// text returns a statement with the names of tables as the database has them.
func (o *other) text(statement string) string {
	prefix := "dbos."
	if o.sqlite() {
		prefix = ""
	}
	return strings.NewReplacer("{", prefix, "}", "").Replace(statement)
}

// number returns the one value that a statement reads.
func (o *other) number(t *testing.T, handle *sql.DB, statement string) (n int64) {
	t.Helper()
	if err := handle.QueryRowContext(t.Context(), o.text(statement)).Scan(&n); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return n
}

// values returns each value of some rows but the time of the last change, by the row's first value
// and the column.
func (o *other) values(t *testing.T, handle *sql.DB, statement string) map[string]string {
	t.Helper()
	rows, err := handle.QueryContext(t.Context(), o.text(statement))
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for rows.Next() {
		row := make([]any, len(columns))
		places := make([]any, len(columns))
		for i := range row {
			places[i] = &row[i]
		}
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		for i, name := range columns {
			if name != "updated_at" {
				found[fmt.Sprint(row[0], " ", name)] = fmt.Sprintf("%v", row[i])
			}
		}
	}
	if err := rows.Err(); err != nil || len(found) == 0 {
		t.Fatalf("%s finds nothing: %v", statement, err)
	}
	return found
}

// sameValues fails for each value that is another one now.
func sameValues(t *testing.T, of string, before, after map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if after[name] != before[name] {
			t.Errorf("%s: %s is %s, and was %s", of, name, after[name], before[name])
		}
	}
	if len(after) != len(before) {
		t.Errorf("%s have %d values, and had %d", of, len(after), len(before))
	}
}

// awaitClock waits until the clock of the database shows a time, in milliseconds.
func (o *other) awaitClock(t *testing.T, handle *sql.DB, until int64) {
	t.Helper()
	clock := clockPostgres
	if o.sqlite() {
		clock = clockSQLite
	}
	peer.Until(t, askTime, "the database's clock moves on", func() bool { return o.number(t, handle, clock) > until })
}
