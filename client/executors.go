package client

import (
	"cmp"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An ExecutorVerdict says whether an executor lives, as far as the database shows it.
type ExecutorVerdict string

// The verdicts.
const (
	ExecutorAlive  ExecutorVerdict = "alive"  // it has shown a sign of life lately, or a connection has its name
	ExecutorIdle   ExecutorVerdict = "idle"   // it runs nothing, and has shown no sign of life lately
	ExecutorSilent ExecutorVerdict = "silent" // it runs something, and has shown no sign of life lately
	ExecutorDead   ExecutorVerdict = "dead"   // it is silent, and no process that could be it is connected
)

// An ExecutorInfo is an executor, with its evidence of life. Two executors with one id differ if
// their version or application differs.
type ExecutorInfo struct {
	ExecutorID         string          `json:"executor_id" doc:"Its id; an empty text for workflows that name none."`
	ApplicationVersion string          `json:"application_version,omitempty" doc:"The version of its code."`
	ApplicationName    string          `json:"application_name,omitempty" doc:"The application that owns its workflows; nil if none does."`
	Verdict            ExecutorVerdict `json:"verdict" doc:"alive, idle, silent or dead; reason says why."`
	Reason             string          `json:"reason" doc:"The verdict in a sentence."`
	Open               int64           `json:"open" doc:"How many workflows are PENDING on it."`
	Queued             int64           `json:"queued" doc:"How many of them came off a queue."`
	OldestStart        time.Time       `json:"oldest_start,omitzero" doc:"When the oldest of them began; nil if none is open."`
	SeenAt             time.Time       `json:"seen_at,omitzero" doc:"Its last sign of life in the tables."`
	SeenBy             string          `json:"seen_by,omitempty" doc:"The kind of that sign: step, if a step ended; start, if it took or started a workflow; end, if a workflow ended."`
	Connections        *int64          `json:"connections,omitempty" doc:"How many connections have its name; nil if no connection can show that. Only the TypeScript SDK names its connections after the executor."`
}

// ListExecutorsOptions are the options of Executors.
type ListExecutorsOptions struct {
	SilentFor          time.Duration `json:"silent_for" doc:"The time without a sign of life after which an executor is silent." min:"0" default:"5m"`
	ExecutorIDs        []string      `json:"executor_ids" doc:"Only executors with one of these ids." nonempty:"true"`
	ApplicationVersion []string      `json:"application_version" doc:"Only executors of one of these versions." nonempty:"true"`
	ApplicationName    []string      `json:"application_name" doc:"Only executors of one of these applications." nonempty:"true"`
}

// A ListExecutorsOption sets one of the ListExecutorsOptions.
type ListExecutorsOption func(*ListExecutorsOptions)

// WithListExecutorsOptions sets all options at once.
func WithListExecutorsOptions(options ListExecutorsOptions) ListExecutorsOption {
	return func(o *ListExecutorsOptions) { *o = options }
}

// silence is the time without a sign of life after which an executor is silent by default.
const silence = 5 * time.Minute

// recentSigns is the LIMIT of each part of selectSigns. Busy executors fill it in seconds; then
// selectSignsOf looks for the others.
const recentSigns = 5000

const (
	// selectOpen reads the PENDING workflows by executor. A step is looked for among the last few
	// of a workflow, because parallel steps end in any order. An alarm has a time in the future.
	selectOpen = `
SELECT open.executor, open.version, open.owner, COUNT(*), COUNT(open.queue), MIN(open.since), MAX(open.since), MAX(open.step) FROM (
	SELECT COALESCE(ws.executor_id, '') AS executor, COALESCE(ws.application_version, '') AS version, COALESCE(` + ownerOf + `, '') AS owner,
		NULLIF(ws.queue_name, '') AS queue, COALESCE(ws.started_at_epoch_ms, ws.created_at) AS since,
		(SELECT MAX(` + stepTime + `) FROM (SELECT o.started_at_epoch_ms, o.completed_at_epoch_ms FROM {operation_outputs} AS o
			WHERE o.workflow_uuid = ws.workflow_uuid ORDER BY o.function_id DESC LIMIT 5) AS o) AS step
	FROM {workflow_status} AS ws WHERE ws.status = 'PENDING') AS open
GROUP BY open.executor, open.version, open.owner`

	stepTime = `CASE WHEN o.completed_at_epoch_ms > :now THEN o.started_at_epoch_ms ELSE o.completed_at_epoch_ms END`

	// selectSigns reads the newest signs of life of all executors. The times of a workflow
	// are signs of the executor that had it last: if others had it before, that one was
	// alive later still.
	selectSigns = `
SELECT COALESCE(sign.executor_id, ''), COALESCE(sign.version, ''), COALESCE(sign.owner, ''), sign.kind, MAX(sign.at), MIN(sign.at), COUNT(*) FROM (
	SELECT * FROM (SELECT 'end' AS kind, ws.executor_id, ws.application_version AS version, ` + ownerOf + ` AS owner, ws.completed_at AS at
		FROM {workflow_status} AS ws WHERE ws.completed_at IS NOT NULL AND ws.status IN ('SUCCESS', 'ERROR')
		ORDER BY ws.completed_at DESC LIMIT :signs) AS ended
	UNION ALL
	SELECT 'step' AS kind, ws.executor_id, ws.application_version AS version, ` + ownerOf + ` AS owner, step.at
	FROM (SELECT o.workflow_uuid, ` + stepTime + ` AS at FROM {operation_outputs} AS o WHERE o.completed_at_epoch_ms IS NOT NULL
		ORDER BY o.completed_at_epoch_ms DESC LIMIT :signs) AS step
	LEFT JOIN {workflow_status} AS ws ON ws.workflow_uuid = step.workflow_uuid
) AS sign GROUP BY sign.executor_id, sign.version, sign.owner, sign.kind`

	// selectSignsOf reads the signs of some executors since a time.
	selectSignsOf = `
SELECT ws.executor_id, COALESCE(ws.application_version, ''), COALESCE(` + ownerOf + `, ''), 'end', MAX(ws.completed_at), MIN(ws.completed_at), COUNT(*)
FROM {workflow_status} AS ws WHERE ws.completed_at >= :since AND ws.status IN ('SUCCESS', 'ERROR') AND {in ws.executor_id :executors}
GROUP BY 1, 2, 3
UNION ALL
SELECT ws.executor_id, COALESCE(ws.application_version, ''), COALESCE(` + ownerOf + `, ''), 'step', MAX(` + stepTime + `), MIN(o.completed_at_epoch_ms), COUNT(*)
FROM {operation_outputs} AS o JOIN {workflow_status} AS ws ON ws.workflow_uuid = o.workflow_uuid
WHERE o.completed_at_epoch_ms >= :since AND {in ws.executor_id :executors}
GROUP BY 1, 2, 3`
)

// A sign is a sign of life of one executor, of one kind.
type sign struct {
	key            executorKey
	kind           string
	newest, oldest int64
	count          int64
}

// An executorKey is the identity of an executor.
type executorKey struct{ id, version, owner string }

func (c *systemClient) Executors(opts ...ListExecutorsOption) ([]ExecutorInfo, error) {
	const op = "list executors"
	o := apply(opts)
	if o.SilentFor < 0 {
		return nil, invalid(op, "silent_for is negative: %v", o.SilentFor)
	}
	all, err := c.executors(op, cmp.Or(o.SilentFor, silence))
	if err != nil {
		return nil, err
	}
	list := []ExecutorInfo{}
	for _, e := range all {
		own := c.config.AppName == "" || o.ApplicationName != nil || e.ApplicationName == "" || e.ApplicationName == c.config.AppName
		if own && selects(o.ExecutorIDs, e.ExecutorID) && selects(o.ApplicationVersion, e.ApplicationVersion) && selects(o.ApplicationName, e.ApplicationName) {
			list = append(list, e)
		}
	}
	return list, nil
}

// executorEvidence holds the rows that show which executors live.
type executorEvidence struct {
	open     []ExecutorInfo
	signs    []sign
	sessions catalog.Sessions
}

// evidencePlan adds the queries of the executors that have something open, and of the newest signs.
func (c *systemClient) evidencePlan(b *db.Batch, now time.Time, e *executorEvidence) {
	args := query.Args{"now": now.UnixMilli(), "signs": int64(recentSigns)}
	db.Collect(b, &e.open, selectOpen, args, scanOpen)
	db.Collect(b, &e.signs, selectSigns, args, scanSign)
	catalog.ReadSessions(b, c.db, &e.sessions)
}

// executors returns the executors of all applications that have something open, or whose signs are
// among the newest, in the order of application, id and version.
func (c *systemClient) executors(op string, silentFor time.Duration) ([]ExecutorInfo, error) {
	now := time.UnixMilli(c.now()).UTC()
	var e executorEvidence
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		c.evidencePlan(b, now, &e)
	})
	if err != nil {
		return nil, err
	}
	return c.judged(op, silentFor, now, e)
}

// judged returns the executors of the evidence with their verdicts. It reads the signs of quiet
// executors if the newest signs do not reach back far enough.
func (c *systemClient) judged(op string, silentFor time.Duration, now time.Time, e executorEvidence) ([]ExecutorInfo, error) {
	seen := newRoster(e.open)
	seen.note(e.signs)
	since := now.Add(-silentFor)
	if quiet := seen.quiet(since); len(quiet) > 0 && !covers(e.signs, since) {
		args := query.Args{"now": now.UnixMilli(), "since": since.UnixMilli(), "executors": quiet}
		var signs []sign
		err := c.read(op, func(b *db.Batch) {
			b.Indexed()
			db.Collect(b, &signs, selectSignsOf, args, scanSign)
		})
		if err != nil {
			return nil, err
		}
		seen.note(signs)
	}
	return seen.judged(now, silentFor, e.sessions), nil
}

// covers returns true if no part of selectSigns was cut off after a time.
func covers(signs []sign, since time.Time) bool {
	counts, oldest := map[string]int64{}, map[string]int64{}
	for _, s := range signs {
		counts[s.kind] += s.count
		if old, known := oldest[s.kind]; !known || s.oldest < old {
			oldest[s.kind] = s.oldest
		}
	}
	for kind, count := range counts {
		if count >= recentSigns && oldest[kind] > since.UnixMilli() {
			return false
		}
	}
	return true
}

// A roster holds the evidence on each executor.
type roster map[executorKey]*ExecutorInfo

func newRoster(open []ExecutorInfo) roster {
	r := roster{}
	for _, e := range open {
		r[e.key()] = &e
	}
	return r
}

// note adds signs of life, and the executors that have nothing open.
func (r roster) note(signs []sign) {
	for _, s := range signs {
		if s.key.id == "" {
			continue // the workflow of the step is deleted
		}
		e := r[s.key]
		if e == nil {
			e = &ExecutorInfo{ExecutorID: s.key.id, ApplicationVersion: s.key.version, ApplicationName: s.key.owner}
			r[s.key] = e
		}
		e.see(s.kind, s.newest)
	}
}

// see notes a sign of life.
func (e *ExecutorInfo) see(kind string, at int64) {
	if at := millis(at); at.After(e.SeenAt) {
		e.SeenAt, e.SeenBy = at, kind
	}
}

func (e *ExecutorInfo) key() executorKey {
	return executorKey{e.ExecutorID, e.ApplicationVersion, e.ApplicationName}
}

// quiet returns the ids of executors that run something and were not seen since a time.
func (r roster) quiet(since time.Time) []string {
	var ids []string
	for key, e := range r {
		if e.Open > 0 && key.id != "" && e.SeenAt.Before(since) {
			ids = append(ids, key.id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// judged returns the executors with their verdicts, in order.
func (r roster) judged(now time.Time, silentFor time.Duration, sessions catalog.Sessions) []ExecutorInfo {
	list := make([]ExecutorInfo, 0, len(r))
	for _, e := range r {
		e.setVerdict(now, silentFor, sessions)
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b ExecutorInfo) int {
		return cmp.Or(cmp.Compare(a.ApplicationName, b.ApplicationName), cmp.Compare(a.ExecutorID, b.ExecutorID),
			cmp.Compare(a.ApplicationVersion, b.ApplicationVersion))
	})
	return list
}

func scanOpen(row db.Row) (ExecutorInfo, error) {
	var e ExecutorInfo
	var oldest, newest, step db.Int
	err := row.Scan(&e.ExecutorID, &e.ApplicationVersion, &e.ApplicationName, &e.Open, &e.Queued, &oldest, &newest, &step)
	e.OldestStart = millis(oldest.Int64)
	e.see("start", newest.Int64)
	e.see("step", step.Int64)
	return e, err
}

func scanSign(row db.Row) (sign, error) {
	var s sign
	var newest, oldest db.Int
	err := row.Scan(&s.key.id, &s.key.version, &s.key.owner, &s.kind, &newest, &oldest, &s.count)
	s.newest, s.oldest = newest.Int64, oldest.Int64
	return s, err
}
