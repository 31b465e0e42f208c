package databases

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

// A Group describes workflows to insert. They have the numbers n from 1 to Count.
type Group struct {
	// Prefix begins the ids. If it is empty, the ids are hashes.
	Prefix string
	Count  int
	// Status is an SQL expression of n.
	Status string
	Queue  string
	Steps  int
	// Held is true if the workflows are held, from ENQUEUED. Then Status must be DELAYED, and
	// Varied false.
	Held bool
	// Stream is the number of values that the first workflow has written to a stream.
	Stream int
	// Talks is true if each workflow has published an event and a message waits for it.
	Talks bool
	// Varied is true if a few workflows have a rare name, queue and so on, for filters to find.
	Varied bool
	// First is when the first workflow was created. Each other one was created Spacing after
	// the one before it.
	First   time.Time
	Spacing time.Duration
}

// mixed is the status of a workflow in a system that has run for a month: most workflows have
// succeeded, and a few per cent have failed, wait or run.
const mixed = `CASE WHEN n % 100 < 84 THEN 'SUCCESS' WHEN n % 100 < 90 THEN 'ERROR' WHEN n % 100 < 93 THEN 'CANCELLED'
	WHEN n % 100 < 95 THEN 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' WHEN n % 100 < 98 THEN 'ENQUEUED' WHEN n % 100 < 99 THEN 'PENDING' ELSE 'DELAYED' END`

// seedSteps is the number of finished steps of each workflow of a fleet.
const seedSteps = 2

// Fill makes a fleet, the workflows of a whole system, with the states of mixed, created over a
// month.
func (d *Database) Fill(ctx context.Context, count int) error {
	month := 30 * 24 * time.Hour
	return d.Add(ctx, Group{
		Count: count, Status: mixed, Queue: "orders", Steps: seedSteps,
		First: time.Now().Add(-month), Spacing: month / time.Duration(count),
	})
}

// inBursts is the status of a workflow in a large system: nearly all workflows have
// succeeded, errors come in bursts, and only the newest workflows wait or run. {count} is the
// number of workflows.
const inBursts = `CASE WHEN n > {count} - 2000 AND n % 4 = 0 THEN 'ENQUEUED' WHEN n > {count} - 400 AND n % 4 = 1 THEN 'PENDING'
	WHEN n > {count} - 2000 AND n % 20 = 2 THEN 'DELAYED' WHEN (n / 1000) % 50 = 7 AND n % 2 = 0 THEN 'ERROR'
	WHEN n % 200 = 9 THEN 'CANCELLED' WHEN n % 5000 = 11 THEN 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' ELSE 'SUCCESS' END`

// FillVaried makes a fleet in which each filter of lists selects some workflows.
func (d *Database) FillVaried(ctx context.Context, count int) error {
	month := 30 * 24 * time.Hour
	return d.Add(ctx, Group{
		Count: count, Status: strings.ReplaceAll(inBursts, "{count}", strconv.Itoa(count)), Queue: "orders", Varied: true,
		First: time.Now().Add(-month), Spacing: month / time.Duration(count),
	})
}

// Add inserts the workflows of a group, with their steps, events, messages and stream.
func (d *Database) Add(ctx context.Context, g Group) error {
	list := []string{d.statusSQL(g)}
	if d.split {
		list = append(list, d.splitSQL(g)...)
	}
	if g.Steps > 0 {
		list = append(list, d.stepsSQL(g))
	}
	if g.Talks {
		list = append(list, d.talksSQL(g)...)
	}
	if g.Stream > 0 {
		list = append(list, d.streamSQL(g))
	}
	return d.execute(ctx, list...)
}

// id returns the SQL expression of a workflow's id.
func (d *Database) id(g Group) string {
	if g.Varied {
		return "CASE WHEN n % 50000 = 13 THEN 'import-' || " + d.number + " ELSE " + d.hash + " END"
	}
	if g.Prefix == "" {
		return d.hash
	}
	return fmt.Sprintf("'%s-' || %s", g.Prefix, d.number)
}

const (
	inputs = `'{"positionalArgs":[{"order":' || n || ',"customer":"ann@example.org","lines":[{"sku":"A-1","count":2,"price":19.99},` +
		`{"sku":"B-2","count":1,"price":5.49}],"note":"leave it at the door, the bell is broken, thank you"}],"namedArgs":{}}'`
	outputs  = `CASE WHEN status = 'SUCCESS' THEN '{"total":45.47,"currency":"EUR","shipment":"S-' || n || '","carrier":"post","parcels":[1,2]}' END`
	failures = `CASE WHEN status = 'ERROR' THEN '{"name":"PaymentError","message":"the card of order ' || n || ' was declined","code":"declined"}' END`
)

// insertStatus inserts the rows of workflow_status. statusSQL replaces the words in braces.
const insertStatus = `INSERT INTO {schema}workflow_status (workflow_uuid, status, name, queue_name, inputs, output, error, serialization,
	created_at, updated_at, started_at_epoch_ms, completed_at, recovery_attempts, executor_id, application_version, priority, application_name{columns})
	SELECT id, status, {name},
	CASE WHEN status IN ('CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') THEN NULL ELSE {queue} END, {input}, {output}, {error}, 'portable_json',
	{created}, {created} + 900, CASE WHEN status IN ('ENQUEUED', 'DELAYED') THEN NULL ELSE {created} + 100 END,
	CASE WHEN status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') THEN {created} + 900 END,
	1, 'executor-' || (n % 4), {version}, 0, {application}{values}
	FROM (SELECT n, {id} AS id, {status} AS status FROM {rows}) AS fleet`

func (d *Database) statusSQL(g Group) string {
	in, out, failed := inputs, outputs, failures
	if d.split {
		in, out, failed = "NULL", "NULL", "NULL"
	}
	created := fmt.Sprintf("(%d + CAST(%f * n AS BIGINT))", g.First.UnixMilli(), float64(g.Spacing)/1e6)
	name, queue := "CASE n % 3 WHEN 0 THEN 'process_order' WHEN 1 THEN 'take_payment' ELSE 'send_mail' END", "'"+g.Queue+"'"
	version, application, columns, values := "'v1'", d.application, "", ""
	if g.Varied { // each rare property has a remainder of its own, so that no workflow has two
		name = "CASE WHEN n % 50000 = 17 THEN 'rebuild_index' ELSE " + name + " END"
		queue = "CASE WHEN n % 50000 = 19 THEN 'imports' ELSE " + queue + " END"
		version = fmt.Sprintf("'v' || (5 * (n - 1) / %d)", g.Count)
		application = "CASE WHEN n % 50000 = 47 THEN 'billing' ELSE " + application + " END"
		columns, values = d.varied()
	}
	if g.Held {
		columns, values = ", delay_until_epoch_ms", ", "+strconv.FormatInt(task.Held, 10)
	}
	return strings.NewReplacer("{schema}", d.schema, "{columns}", columns, "{name}", name, "{queue}", queue, "{input}", in, "{output}", out,
		"{error}", failed, "{created}", created, "{version}", version, "{application}", application, "{values}", values, "{id}", d.id(g), "{status}", g.Status,
		"{rows}", d.rows(g.Count)).Replace(insertStatus)
}

// varied returns the columns that only a varied group sets, and their values.
func (d *Database) varied() (columns, values string) {
	attributes := `CASE WHEN n % 1000 = 29 THEN '{"tenant":"t-' || (n % 7) || '","region":"eu"}' END`
	if !d.IsSQLite() {
		attributes = "CAST(" + attributes + " AS JSONB)"
	}
	for _, c := range [][2]string{
		{"authenticated_user", "CASE WHEN n % 50000 = 23 THEN 'auditor' ELSE 'user-' || (n % 1000) END"},
		{"attributes", attributes},
		{"parent_workflow_id", "CASE WHEN n % 500 = 31 THEN 'parent-' || (n % 10000) END"},
		{"schedule_name", "CASE WHEN n % 2000 = 37 THEN 'nightly' END"},
		{"is_debounced", "n % 50000 = 41"},
		{"was_forked_from", "n % 50000 = 43"},
	} {
		columns, values = columns+", "+c[0], values+", "+c[1]
	}
	return columns, values
}

// splitSQL inserts the payloads into the tables that newer schemas have for them.
func (d *Database) splitSQL(g Group) []string {
	from := fmt.Sprintf("FROM (SELECT n, %s AS id, %s AS status FROM %s) AS fleet", d.id(g), g.Status, d.rows(g.Count))
	return []string{
		fmt.Sprintf("INSERT INTO %sworkflow_input (workflow_uuid, inputs) SELECT id, %s %s", d.schema, inputs, from),
		fmt.Sprintf("INSERT INTO %sworkflow_output (workflow_uuid, output, error) SELECT id, %s, %s %s WHERE status IN ('SUCCESS', 'ERROR')",
			d.schema, outputs, failures, from),
	}
}

func (d *Database) stepsSQL(g Group) string {
	return fmt.Sprintf(`INSERT INTO %soperation_outputs (workflow_uuid, function_id, function_name, output, started_at_epoch_ms,
	completed_at_epoch_ms, serialization)
	SELECT id, step, 'step_' || step, '{"done":true,"step":' || step || '}', %[2]d, %[2]d + 5, 'portable_json'
	FROM (SELECT n AS number, %[3]s AS id FROM %[4]s) AS fleet, (SELECT n - 1 AS step FROM %[5]s) AS steps`,
		d.schema, g.First.UnixMilli(), d.id(g), d.rows(g.Count), d.rows(g.Steps))
}

// streamSQL writes values to a stream of the first workflow of a group.
func (d *Database) streamSQL(g Group) string {
	return fmt.Sprintf(`INSERT INTO %sstreams (workflow_uuid, key, value, "offset", function_id, serialization)
	SELECT '%s-0000001', '%s', '{"line":' || n || ',"text":"the parcel has left the house"}', n - 1, 0, 'portable_json' FROM %s`,
		d.schema, g.Prefix, task.Stream, d.rows(g.Stream))
}

// talksSQL publishes an event of each workflow, and sends it a message.
func (d *Database) talksSQL(g Group) []string {
	from := fmt.Sprintf("FROM (SELECT n, %s AS id FROM %s) AS fleet", d.id(g), d.rows(g.Count))
	const event = `'{"state":"shipped","parcel":' || n || '}', 'portable_json'`
	return []string{
		fmt.Sprintf("INSERT INTO %sworkflow_events (workflow_uuid, key, value, serialization) SELECT id, 'shipment', %s %s", d.schema, event, from),
		fmt.Sprintf("INSERT INTO %sworkflow_events_history (workflow_uuid, function_id, key, value, serialization) SELECT id, 1, 'shipment', %s %s", d.schema, event, from),
		fmt.Sprintf(`INSERT INTO %snotifications (destination_uuid, topic, message, message_uuid, serialization)
			SELECT id, 'payments', '{"paid":true,"customer":"ann@example.org"}', id || '-message', 'portable_json' %s`, d.schema, from),
	}
}

// hasPrefix returns the condition that an id begins with a prefix and a hyphen. It is a range,
// because an index serves that: the dot is the next character after the hyphen.
func hasPrefix(column, prefix string) string {
	return fmt.Sprintf("(%[1]s > '%[2]s-' AND %[1]s < '%[2]s.')", column, prefix)
}

// ownedBy returns the condition for workflows whose id begins with a prefix, their forks, and
// workflows on the queue of that name.
func (d *Database) ownedBy(prefix string) string {
	return fmt.Sprintf("(queue_name = '%s' OR %s OR %s)", prefix, hasPrefix("workflow_uuid", prefix), hasPrefix("forked_from", prefix))
}

// Restore returns a group's workflows to the status and the queue with which Add made them.
func (d *Database) Restore(ctx context.Context, g Group) error {
	return d.execute(ctx, fmt.Sprintf(`UPDATE %[1]sworkflow_status SET status = %[2]s, queue_name = CASE %[2]s WHEN 'CANCELLED' THEN NULL ELSE '%[3]s' END
		WHERE %[4]s`, d.schema, g.Status, g.Queue, hasPrefix("workflow_uuid", g.Prefix)))
}

// Remove deletes the workflows with a prefix, their forks, the workflows on the queue of that name,
// and the schedule of that name.
func (d *Database) Remove(ctx context.Context, prefix string) error {
	list := []string{
		"CREATE TEMPORARY TABLE mine AS SELECT workflow_uuid FROM " + d.schema + "workflow_status WHERE " + d.ownedBy(prefix),
		fmt.Sprintf("DELETE FROM %snotifications WHERE destination_uuid IN (SELECT workflow_uuid FROM mine)", d.schema),
		fmt.Sprintf("DELETE FROM %sworkflow_schedules WHERE schedule_name = '%s'", d.schema, prefix),
	}
	for _, table := range append(d.children(), "workflow_status") {
		list = append(list, fmt.Sprintf("DELETE FROM %s%s WHERE workflow_uuid IN (SELECT workflow_uuid FROM mine)", d.schema, table))
	}
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, text := range append(list, "DROP TABLE mine") {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%w in %s", err, text)
		}
	}
	return nil
}
