package client

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// ofGroup is true for a row that calls like ours have made, as far as they name a class or an
// instance at all. holdsKey is true for the row that occupies the key: whatever has the deduplication
// id that we would take, and a group that began under another spelling of it. The spellings are
// parameters of their own: for a list, a database would plan these statements anew at every call. waits is true for a
// row that has not begun, in words that no partial index knows: that of the delayed workflows leads to all of them.
const (
	ofGroup = `ws.is_debounced AND ws.name = CAST(:name AS TEXT)
	AND (CAST(:class AS TEXT) IS NULL OR COALESCE(ws.class_name, '') = CAST(:class AS TEXT))
	AND (CAST(:config AS TEXT) IS NULL OR COALESCE(ws.config_name, '') = CAST(:config AS TEXT))`

	waits = `COALESCE(ws.status, '') = 'DELAYED'`

	holdsKey = `ws.queue_name = CAST(:queue AS TEXT) AND ws.deduplication_id IN (CAST(:key AS TEXT), CAST(:other_key AS TEXT))
	AND (ws.deduplication_id IN (CAST(:key AS TEXT), CAST(:own_key AS TEXT)) OR ` + ofGroup + `)`
)

// pushedBack is until when a waiting workflow waits now, up to the deadline its first call has set.
const pushedBack = `delay_until_epoch_ms = CASE WHEN ws.debounce_deadline_epoch_ms < CAST(:until AS BIGINT)
		THEN ws.debounce_deadline_epoch_ms ELSE CAST(:until AS BIGINT) END`

// readInput and readCodec are the input of a call for a group that waits, as the group's application reads it: unless the
// row shows that this is one of the Go SDK, in the form that all SDKs read.
const (
	ofGo      = `COALESCE(ws.serialization, '') IN ('DBOS_JSON', 'DBOS_GOB')`
	readInput = `CASE WHEN ` + ofGo + ` THEN CAST(:input AS TEXT) ELSE CAST(:read_input AS TEXT) END`
	readCodec = `CASE WHEN ` + ofGo + ` THEN CAST(:codec AS TEXT) ELSE CAST(:read_codec AS TEXT) END`
	// hasInput is true for a row that the input was given to.
	hasInput = `ws.inputs IN (CAST(:input AS TEXT), CAST(:read_input AS TEXT))`
)

// startOrBounce starts a group, or bounces the one that holds the key. It does neither where the key is held by
// something else, or under its other spelling.
const startOrBounce = upsertGroup + `
RETURNING workflow_uuid`

// startOrBounceBoth does so in both places of inputs.
const startOrBounceBoth = `
WITH kept AS (` + upsertGroup + `
RETURNING workflow_uuid, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs
RETURNING workflow_uuid`

const upsertGroup = newWorkflows + `
FROM ` + newRows + `
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = CAST(:queue AS TEXT)
	AND ws.deduplication_id = CAST(:other_key AS TEXT) AND ws.deduplication_id <> CAST(:key AS TEXT)
	AND (ws.deduplication_id = CAST(:own_key AS TEXT) OR ` + ofGroup + `))
ON CONFLICT (queue_name, deduplication_id) WHERE deduplication_id IS NOT NULL
DO UPDATE SET inputs = ` + readInput + `, serialization = ` + readCodec + `, updated_at = excluded.updated_at,
	` + pushedBack + `
WHERE ` + waits + ` AND ` + ofGroup

// bounce pushes a waiting workflow back, under either spelling of the key.
const bounce = `
UPDATE {workflow_status} AS ws SET inputs = ` + readInput + `, serialization = ` + readCodec + `, updated_at = CAST(:now AS BIGINT),
	` + pushedBack + `
WHERE ` + holdsKey + ` AND ` + waits + ` AND ` + ofGroup + `
RETURNING workflow_uuid`

// selectBounced finds the workflow that an earlier try of the same call bounced, when it has
// started since: its key is free then, and without the look the input would run twice.
const selectBounced = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws
WHERE ws.queue_name = CAST(:queue AS TEXT) AND (ws.status IN ('ENQUEUED', 'PENDING') OR ws.completed_at >= CAST(:now AS BIGINT) - 60000)
	AND ` + ofGroup + ` AND ` + hasInput + ` AND (ws.delay_until_epoch_ms = CAST(:until AS BIGINT)
	OR ws.delay_until_epoch_ms = ws.debounce_deadline_epoch_ms AND ws.debounce_deadline_epoch_ms < CAST(:until AS BIGINT))`

// bounceInputs follows in the second place of inputs from the payload split on.
const bounceInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs FROM {workflow_status} AS ws
WHERE ` + holdsKey + ` AND ` + waits + ` AND ` + ofGroup + ` AND ` + hasInput + `
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`

// keyInputs is bounceInputs for the row that startOrBounce has left the key to. Should that be a stranger's after all, it
// has this very input already.
const keyInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs FROM {workflow_status} AS ws
WHERE ws.queue_name = CAST(:queue AS TEXT) AND ws.deduplication_id = CAST(:key AS TEXT) AND ` + hasInput + `
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`

const selectParties = `
SELECT ws.workflow_uuid, ws.status, ws.name, ws.deduplication_id, ws.created_at, ` + ofGroup + `, ` + holdsKey + `
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = CAST(:id AS TEXT) OR ` + holdsKey

// A holder that has left DELAYED frees the key when it is released, or with old workers when it
// ends: it is waited for so often, so long.
const (
	debounceTries = 50
	debouncePause = 100 * time.Millisecond
)

// A debounce is one call of a debouncer.
type debounce struct {
	*insertion
	client   *systemClient
	keys     []string // the spellings of its deduplication id, the one to take first
	doubtful bool     // either may be the one that the application takes
	delay    time.Duration
	timeout  time.Duration
	// The input in a form that the application of a group reads that is none of the Go SDK.
	readInput, readCodec string
}

func (c *systemClient) Debounce(workflowName, key string, delay time.Duration, input any, debouncer DebouncerOptions, opts ...WorkflowOption) (WorkflowHandle[any], error) {
	const op = "debounce"
	options := apply(opts)
	if err := debouncer.check(op, workflowName, key, delay); err != nil {
		return nil, err
	}
	if err := options.emptied.check(op); err != nil {
		return nil, err
	}
	if refused := options.undebounced(); refused != "" {
		return nil, invalid(op, "%s", refused)
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	if missing := c.shape.Missing(schema.Debounce); missing != "" {
		return nil, unsupported(op, missing, "")
	}
	target := target{queue: debouncer.queue(), name: workflowName, class: debouncer.class(), version: options.ApplicationVersion}
	if err := c.checkTarget(op, target, c.config.Strict); err != nil {
		return nil, err
	}
	d, err := c.debounce(op, workflowName, key, input, debouncer, options)
	if err != nil {
		return nil, err
	}
	d.delay, d.timeout = delay, debouncer.Timeout
	s := &write{Change: Change{Op: op, IDs: d.ids, New: true, Name: workflowName, Queue: d.queue}, detail: d}
	s.send = func(w *writer) error {
		id, err := d.run(w)
		s.IDs, s.Changed = []string{id}, 1
		return err
	}
	if err := c.apply(s); err != nil {
		return nil, err
	}
	return &pollingHandle[any]{c.view, s.IDs[0], true}, nil
}

func (c *systemClient) debounce(op, name, key string, input any, debouncer DebouncerOptions, options WorkflowOptions) (*debounce, error) {
	d := &debounce{client: c}
	d.keys, d.doubtful = debouncer.dedupIDs(name, key)
	if d.doubtful {
		verdict, err := c.sdkOf(op, debouncer.SDK, "", name)
		if err != nil {
			return nil, err
		}
		if verdict.SDK == SDKTypeScript {
			slices.Reverse(d.keys)
		}
	}
	enqueue := options.enqueue()
	enqueue.ClassName, enqueue.ConfigName, enqueue.DeduplicationID = debouncer.class(), debouncer.ConfigName, d.keys[0]
	enqueue.SDK = debouncer.SDK
	in, err := c.insertion(op, debouncer.queue(), name, []any{input}, EnqueueManyOptions{EnqueueOptions: enqueue})
	if d.insertion = in; err != nil {
		return nil, err
	}
	d.readInput, d.readCodec = in.inputs[0], in.args["codec"].(string)
	if isPlain(input) && d.readCodec == codec.DBOSJSON {
		d.readInput, d.readCodec, err = codec.EncodeInput(asPortable(input))
	}
	return d, err
}

// run tries until the key is bounced or taken, or is known to be held by something else.
func (d *debounce) run(w *writer) (string, error) {
	var last *party
	for range debounceTries {
		found, err := d.try(w)
		if err != nil {
			return "", err
		}
		id, holder, err := d.settle(found)
		if id != "" || err != nil {
			return id, err
		}
		if last = holder; holder == nil || holder.status.String == string(WorkflowStatusDelayed) {
			continue // it came or went between two statements
		}
		if err := d.client.pause(d.client.ctx, min(debouncePause, d.client.config.PollInterval), nil); err != nil {
			return "", failure(d.op, err)
		}
	}
	return "", d.taken(last)
}

// A round is what came of one try.
type round struct {
	now      int64
	bounced  []string // the workflow that this attempt pushed back or, if it returns rows, started
	again    []string // a workflow that an earlier attempt pushed back, and that has started since
	inserted int64
	parties  []party
}

// A party is a row that holds the key, or that has the id of the new workflow.
type party struct {
	id, status, name, key db.Text
	created               db.Int
	group, holds          db.Bool
}

func scanParty(row db.Row) (p party, err error) {
	err = row.Scan(&p.id, &p.status, &p.name, &p.key, &p.created, &p.group, &p.holds)
	return p, err
}

// try bounces the group, or starts one where nothing holds the key, in one round trip. Only where it came to neither, a
// second one bounces a group that began under the other spelling, and looks at what is in the way.
func (d *debounce) try(w *writer) (*round, error) {
	args := d.args()
	found, err := d.send(w, args, d.first)
	if err != nil && !errors.Is(err, db.ErrUnique) || len(found.bounced)+len(found.again) > 0 || found.inserted > 0 {
		return found, err
	}
	return d.send(w, args, func(b *db.Batch, args query.Args, found *round) {
		d.plan(b, args, false, found)
		db.Collect(b, &found.parties, selectParties, args, scanParty)
	})
}

// send carries out statements. A further attempt also looks for the workflow of an earlier one,
// whose answer may have been lost.
func (d *debounce) send(w *writer, args query.Args, plan func(*db.Batch, query.Args, *round)) (*round, error) {
	var found *round
	_, err := w.write(func(b *db.Batch) {
		found = &round{now: args["now"].(int64)}
		if b.Attempt().Again() {
			d.plan(b, args, true, found)
			db.Collect(b, &found.parties, selectParties, args, scanParty)
		} else {
			plan(b, args, found)
		}
	})
	return found, err
}

func (d *debounce) first(b *db.Batch, args query.Args, found *round) {
	if d.client.writesOn("workflow_input") {
		db.Texts(b, &found.bounced, startOrBounceBoth, args)
		return
	}
	db.Texts(b, &found.bounced, startOrBounce, args)
	d.planInputs(b, keyInputs, args)
}

func (d *debounce) plan(b *db.Batch, args query.Args, again bool, found *round) {
	db.Texts(b, &found.bounced, bounce, args)
	text := start
	if again {
		db.Texts(b, &found.again, selectBounced, args)
		text = startAgain
	}
	b.Exec(text, args, &found.inserted)
	d.planInputs(b, bounceInputs, args)
}

func (d *debounce) planInputs(b *db.Batch, text string, args query.Args) {
	if d.client.shape.HasTable("workflow_input") {
		b.Exec(text, args, nil)
	}
}

// args are the parameters of all statements, and those of an insert.
func (d *debounce) args() query.Args {
	args, now := d.insertion.args, d.client.now()
	delay := d.delay
	if d.timeout > 0 {
		delay = min(delay, d.timeout)
		args["debounce_deadline"] = now + d.timeout.Milliseconds()
	}
	args["now"], args["until"], args["delay_until"] = now, now+d.delay.Milliseconds(), now+delay.Milliseconds()
	args["status"], args["debounced"] = string(WorkflowStatusDelayed), true
	args["id"], args["input"], args["read_input"], args["read_codec"] = d.ids[0], d.inputs[0], d.readInput, d.readCodec
	args["key"], args["other_key"], args["own_key"] = d.keys[0], d.keys[len(d.keys)-1], d.keys[0]
	if d.doubtful {
		args["own_key"] = args["other_key"]
	}
	return args
}

// start inserts the first workflow of a group. A conflict of ids or of keys leaves everything as it
// is, and shows in what is found afterwards.
const (
	startFree = newWorkflows + `
FROM ` + newRows + `
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ` + holdsKey + `)`

	start = startFree + unlessTaken

	// startAgain is for another try: the workflow that an earlier one bounced may have started.
	startAgain = startFree + `
AND NOT EXISTS (` + selectBounced + `)` + unlessTaken

	unlessTaken = "\nON CONFLICT DO NOTHING"
)

// settle gives the id of the group's workflow; or the holder to try again for, nil when the key is
// free; or why the key cannot be had.
func (d *debounce) settle(found *round) (id string, holder *party, err error) {
	if bounced := append(found.bounced, found.again...); len(bounced) > 0 {
		return bounced[0], nil, nil
	}
	if found.inserted > 0 {
		return d.ids[0], nil, nil
	}
	for i := range found.parties {
		p := &found.parties[i]
		switch {
		case d.started(p, found.now):
			return p.id.String, nil, nil
		case p.holds.Bool && !p.group.Bool:
			return "", nil, d.taken(p)
		case p.holds.Bool:
			holder = p
		case p.id.String == d.ids[0]:
			err = &Error{Kind: UnexpectedWorkflow, Op: d.op, WorkflowID: p.id.String, QueueName: d.queue,
				Message: fmt.Sprintf("workflow %q exists, so no debounced one can have its id", p.id.String)}
		}
	}
	if holder != nil {
		return "", holder, nil
	}
	return "", nil, err
}

// started tells whether a row is the one that this call, or an earlier try of it, has inserted.
func (d *debounce) started(p *party, now int64) bool {
	return p.id.String == d.ids[0] && (!d.chosen || p.group.Bool && p.created.Int64 == now)
}

// taken says what stands in the way; a holder that came and went is none.
func (d *debounce) taken(holder *party) error {
	failed := &Error{Kind: QueueDeduplicated, Op: d.op, QueueName: d.queue, DeduplicationID: d.keys[0],
		Message: "others take the key whenever it is free"}
	if holder == nil {
		return failed
	}
	failed.WorkflowID, failed.DeduplicationID = holder.id.String, holder.key.String
	failed.Message = fmt.Sprintf("deduplication id %q is held by workflow %q (%q, %s)", holder.key.String, holder.id.String,
		holder.name.String, holder.status.String)
	return failed
}
