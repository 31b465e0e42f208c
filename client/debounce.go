package client

import (
	"errors"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// A group is the row of one debounce key. The key is the deduplication id of the row, so at most
// one row of a queue holds it. A call finds the key in one of four states:
//
//   - Free: the call inserts a DELAYED row that holds the key.
//   - Held by a waiting group (DELAYED): the call replaces its input and delays it again, up to the
//     deadline that the first call has set.
//   - Held by a group that has left DELAYED: the executor releases the key soon, so the call tries
//     again, debounceTries times.
//   - Held by another workflow: the call returns QueueDeduplicated.
//
// The first attempt inserts or delays in one statement (startOrBounce). If it did neither, a second
// batch tries the other spelling of the key, and reads the rows that are in the way
// (attemptResult). If an answer was lost, selectBounced finds the workflow that the lost
// attempt has delayed.

// ofGroup is true for a row of the same workflow, and of the same class, instance and owner if the
// call names them. holdsKey is true for the row that holds the key: any row with the deduplication
// id of the call, and a group whose id has the other spelling. The spellings are separate
// parameters, because a database would plan the statement anew at every call for a list. waits is
// true for a row that has not begun; its COALESCE keeps the planner from the partial index on
// DELAYED, which would read all delayed workflows.
const (
	ofGroup = `ws.is_debounced AND ws.name = CAST(:workflow AS TEXT)
	AND (CAST(:class AS TEXT) IS NULL OR COALESCE(ws.class_name, '') = CAST(:class AS TEXT))
	AND (CAST(:config AS TEXT) IS NULL OR COALESCE(ws.config_name, '') = CAST(:config AS TEXT))
	{if workflow_status.application_name|AND (CAST(:owner AS TEXT) IS NULL OR ws.application_name IS NULL OR ws.application_name = CAST(:owner AS TEXT))}`

	waits = `COALESCE(ws.status, '') = 'DELAYED'`

	holdsKey = `ws.queue_name = CAST(:queue AS TEXT) AND ws.deduplication_id IN (CAST(:key AS TEXT), CAST(:other_key AS TEXT))
	AND (ws.deduplication_id IN (CAST(:key AS TEXT), CAST(:own_key AS TEXT)) OR ` + ofGroup + `)`
)

// pushedBack sets the new end of the delay, at most the deadline that the first call has set, and
// the owner of a group that has none.
const pushedBack = `delay_until_epoch_ms = CASE WHEN ws.debounce_deadline_epoch_ms < CAST(:until AS BIGINT)
		THEN ws.debounce_deadline_epoch_ms ELSE CAST(:until AS BIGINT) END
	{if workflow_status.application_name|, application_name = COALESCE(ws.application_name, CAST(:owner AS TEXT))}`

// readInput and readCodec are the input for a waiting group: as the Go SDK writes it if the row
// shows that SDK, and otherwise in the form that all SDKs read.
const (
	ofGo      = `COALESCE(ws.serialization, '') IN ('DBOS_JSON', 'DBOS_GOB')`
	readInput = `CASE WHEN ` + ofGo + ` THEN CAST(:input AS TEXT) ELSE CAST(:read_input AS TEXT) END`
	readCodec = `CASE WHEN ` + ofGo + ` THEN CAST(:codec AS TEXT) ELSE CAST(:read_codec AS TEXT) END`
	// hasInput is true for a row with the input of this call.
	hasInput = `ws.inputs IN (CAST(:input AS TEXT), CAST(:read_input AS TEXT))`
)

// startOrBounce starts a group, or delays the group that holds the key. It does neither if another
// workflow holds the key, or if its holder has the other spelling.
const startOrBounce = upsertGroup + `
RETURNING workflow_uuid`

// startOrBounceBoth is startOrBounce for a schema with the payload split: it writes both inputs.
const startOrBounceBoth = `
WITH kept AS (` + upsertGroup + `
RETURNING workflow_uuid, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs
RETURNING workflow_uuid`

const upsertGroup = newWorkflows + `
FROM ` + newRows + `
WHERE ` + noOtherHolder + `
ON CONFLICT (queue_name, deduplication_id) WHERE deduplication_id IS NOT NULL
DO UPDATE SET inputs = ` + readInput + `, serialization = ` + readCodec + `, updated_at = excluded.updated_at,
	` + pushedBack + `
WHERE ` + waits + ` AND ` + ofGroup

// noOtherHolder is true if no group holds the other spelling of the key.
const noOtherHolder = `NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.queue_name = CAST(:queue AS TEXT)
	AND ws.deduplication_id = CAST(:other_key AS TEXT) AND ws.deduplication_id <> CAST(:key AS TEXT)
	AND (ws.deduplication_id = CAST(:own_key AS TEXT) OR ` + ofGroup + `))`

// bounce delays a waiting workflow, under either spelling of the key.
const bounce = `
UPDATE {workflow_status} AS ws SET inputs = ` + readInput + `, serialization = ` + readCodec + `, updated_at = CAST(:now AS BIGINT),
	` + pushedBack + `
WHERE ` + holdsKey + ` AND ` + waits + ` AND ` + ofGroup + `
RETURNING workflow_uuid`

// selectBounced finds the workflow that an earlier attempt of the same call delayed, if it has
// started since. Its key is free then, so without this query the input would run twice.
const selectBounced = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws
WHERE ws.queue_name = CAST(:queue AS TEXT) AND (ws.status IN ('ENQUEUED', 'PENDING') OR ws.completed_at >= CAST(:now AS BIGINT) - 60000)
	AND ` + ofGroup + ` AND ` + hasInput + ` AND (ws.delay_until_epoch_ms = CAST(:until AS BIGINT)
	OR ws.delay_until_epoch_ms = ws.debounce_deadline_epoch_ms AND ws.debounce_deadline_epoch_ms < CAST(:until AS BIGINT))`

// bounceInputs follows bounce in a schema with the payload split, and writes the second input.
const bounceInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs FROM {workflow_status} AS ws
WHERE ` + holdsKey + ` AND ` + waits + ` AND ` + ofGroup + ` AND ` + hasInput + `
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`

// keyInputs is bounceInputs for the row that holds the key after startOrBounce. If that row belongs
// to another workflow, hasInput is true for it only if it has the same input already.
const keyInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs FROM {workflow_status} AS ws
WHERE ws.queue_name = CAST(:queue AS TEXT) AND ws.deduplication_id = CAST(:key AS TEXT) AND ` + hasInput + `
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs`

const selectKeyHolders = `
SELECT ws.workflow_uuid, ws.status, ws.name, ws.deduplication_id, ws.created_at, ` + ofGroup + `, ` + holdsKey + `
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = CAST(:id AS TEXT) OR ` + holdsKey

// A holder that has left DELAYED releases the key when it is dequeued or, with older SDKs, when it
// ends. A call tries so often, with so long a pause.
const (
	debounceTries = 50
	debouncePause = 100 * time.Millisecond
)

// A debounce is one call of a debouncer.
type debounce struct {
	*insertion
	client     *systemClient
	keys       []string // the spellings of its deduplication id, the one to take first
	spellsBoth bool     // the application may take either spelling
	delay      time.Duration
	timeout    time.Duration
	// readInput is the input in the form that all SDKs read.
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
	seen := &seenTargets{}
	found, err := c.rowOwner(op, debouncer.ApplicationName, options.ApplicationVersion, queuedName{debouncer.queue(), workflowName}, seen.look(target))
	if err != nil {
		return nil, err
	}
	debouncer.ApplicationName, options.ApplicationVersion = found.owner, found.version
	target.ownerWarning, target.note = found.warning, found.note
	if err := c.checkSeen(op, target, c.config.Strict, seen); err != nil {
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
	d.keys, d.spellsBoth = debouncer.dedupIDs(name, key)
	if d.spellsBoth {
		verdict, err := c.sdkOf(op, debouncer.SDK, debouncer.ApplicationName, name)
		if err != nil {
			return nil, err
		}
		if verdict.SDK == SDKTypeScript {
			slices.Reverse(d.keys)
		}
	}
	enqueue := options.enqueue()
	enqueue.ClassName, enqueue.ConfigName, enqueue.DeduplicationID = debouncer.class(), debouncer.ConfigName, d.keys[0]
	enqueue.SDK, enqueue.ApplicationName = debouncer.SDK, debouncer.ApplicationName
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

// run tries until a group was delayed or started, or another workflow holds the key.
func (d *debounce) run(w *writer) (string, error) {
	var last *keyHolder
	alone := !db.Changed(d.client.ctx)
	for range debounceTries {
		found, err := d.try(w)
		if err != nil {
			return "", err
		}
		id, holder, err := d.outcome(found)
		if id != "" || err != nil {
			return id, err
		}
		if last = holder; holder == nil || holder.status.String == string(WorkflowStatusDelayed) {
			continue // it came or went between two statements
		}
		if alone { // nothing has changed, and the pause must not hold a lock
			db.Restart(d.client.ctx)
		}
		if err := d.client.poller().Pause(d.client.ctx, min(debouncePause, d.client.config.PollInterval)); err != nil {
			return "", failure(d.op, err)
		}
	}
	return "", d.errTaken(last)
}

// try delays the group, or starts one if the key is free, in one round trip; in two if the group of
// an earlier call has started since. If it did neither, a round trip tries the other spelling of
// the key, and reads the rows that are in the way.
func (d *debounce) try(w *writer) (*attemptResult, error) {
	args, group := d.args(), d.queue+"\x00"+d.keys[0]
	if d.client.debounced.has(group) {
		if found, err := d.send(w, args, d.delayKnown); err != nil || found.settled() {
			return found, err
		}
	}
	found, err := d.send(w, args, d.first)
	if len(found.bounced) > 0 {
		d.client.debounced.add(group)
	}
	if err != nil && !errors.Is(err, db.ErrUnique) || found.settled() {
		return found, err
	}
	return d.send(w, args, func(b *db.Batch, args query.Args, found *attemptResult) {
		d.plan(b, args, false, found)
		db.Collect(b, &found.holders, selectKeyHolders, args, scanKeyHolder)
	})
}

// send carries out statements. A further attempt also looks for the workflow of an earlier one,
// whose answer may have been lost.
func (d *debounce) send(w *writer, args query.Args, plan func(*db.Batch, query.Args, *attemptResult)) (*attemptResult, error) {
	var found *attemptResult
	_, err := w.write(func(b *db.Batch) {
		found = &attemptResult{now: args["now"].(int64)}
		if b.Attempt().Again() {
			d.plan(b, args, true, found)
			db.Collect(b, &found.holders, selectKeyHolders, args, scanKeyHolder)
		} else {
			b.Keyed()
			plan(b, args, found)
		}
	})
	return found, err
}

func (d *debounce) first(b *db.Batch, args query.Args, found *attemptResult) {
	d.clearOrphans(b)
	if d.client.writesOn("workflow_input") {
		db.Texts(b, &found.bounced, startOrBounceBoth, args)
		return
	}
	db.Texts(b, &found.bounced, startOrBounce, args)
	d.planInputs(b, keyInputs, args)
}

func (d *debounce) plan(b *db.Batch, args query.Args, again bool, found *attemptResult) {
	d.clearOrphans(b)
	db.Texts(b, &found.bounced, bounce, args)
	text := start
	if again {
		db.Texts(b, &found.again, selectBounced, args)
		text = startAgain
	}
	b.Exec(text, args, &found.inserted)
	d.planInputs(b, bounceInputs, args)
}

func (d *debounce) clearOrphans(b *db.Batch) {
	if d.chosen {
		d.client.clearOrphans(b, d.ids)
	}
}

func (d *debounce) planInputs(b *db.Batch, text string, args query.Args) {
	if d.client.shape.HasTable("workflow_input") {
		b.Exec(text, args, nil)
	}
}

// args returns the parameters of all statements.
func (d *debounce) args() query.Args {
	args, now := d.insertion.args, d.client.now()
	delay := d.delay
	if d.timeout > 0 {
		delay = min(delay, d.timeout)
		args["debounce_deadline"] = now + d.timeout.Milliseconds()
	}
	setTimes(args, 1, now, now)
	args["until"], args["delay_until"] = now+d.delay.Milliseconds(), now+delay.Milliseconds()
	args["status"], args["debounced"] = string(WorkflowStatusDelayed), true
	args["id"], args["input"], args["read_input"], args["read_codec"] = d.ids[0], d.inputs[0], d.readInput, d.readCodec
	args["key"], args["other_key"], args["own_key"] = d.keys[0], d.keys[len(d.keys)-1], d.keys[0]
	if d.spellsBoth {
		args["own_key"] = args["other_key"]
	}
	return args
}

// start inserts the first workflow of a group. A conflict of ids or keys changes nothing; the rows
// that are read afterwards show it.
const (
	startFree = newWorkflows + `
FROM ` + newRows + `
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ` + holdsKey + `)`

	start = startFree + unlessTaken

	// startAgain replaces start in a further attempt, because the workflow that an earlier one has
	// delayed may have started.
	startAgain = startFree + `
AND NOT EXISTS (` + selectBounced + `)` + unlessTaken

	unlessTaken = "\nON CONFLICT DO NOTHING"
)
