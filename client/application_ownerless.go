package client

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// Applications of some SDKs (Java 1.1, TypeScript up to 4.24) know no owners: they leave
// application_name empty, and on the queues that they work on they take the rows of every
// application, except rows that are pinned to a version which is not theirs. So if such an
// application shares a database with others, every row that an operation puts on a queue is pinned
// to the latest version of its owner.

const (
	// firstOwned is the time at which the first application that knows owners registered a
	// version, NULL if none has.
	firstOwned = `(SELECT MIN(v.created_at) FROM {application_versions} AS v WHERE v.application_name IS NOT NULL)`

	// begunWithoutOwner is true for a row that an application which knows no owners has begun after
	// firstOwned: the others set the owner of a row when they claim it. Rows begun earlier show
	// nothing, because an application that knows owners now may have begun them with an older SDK.
	begunWithoutOwner = `(ws.application_name IS NULL AND ws.status IN ('PENDING', 'SUCCESS', 'ERROR')
	AND COALESCE(ws.started_at_epoch_ms, ws.created_at) > ` + firstOwned + `)`

	// begunColumns are the columns that begunWithoutOwner needs, because to read all of them takes
	// twice as long.
	begunColumns = `n.workflow_uuid, n.application_name, n.status, n.started_at_epoch_ms, n.created_at`

	// anyOwned is true if an application knows owners. It does not depend on the rows, so it is
	// computed once, and no rows are read if it is false; a join would read them first.
	anyOwned = `EXISTS (SELECT 1 FROM {application_versions} AS v WHERE v.application_name IS NOT NULL)`

	// selectAnyBegun looks for such a row among the newest, and among the rows that started last,
	// where a bulk enqueue cannot crowd it out. Indexes lead to both, and to the rows of the latter
	// that started after firstOwned. It reads no rows if no application knows owners.
	selectAnyBegun = `
SELECT ws.workflow_uuid FROM (
	SELECT ` + begunColumns + ` FROM {workflow_status} AS n ORDER BY n.created_at DESC LIMIT 1000) AS ws WHERE ` + anyOwned + ` AND ` + begunWithoutOwner + `
UNION ALL
SELECT ws.workflow_uuid FROM (
	SELECT ` + begunColumns + ` FROM {workflow_status} AS n WHERE n.started_at_epoch_ms > ` + firstOwned + `
	ORDER BY n.started_at_epoch_ms DESC LIMIT 10000) AS ws WHERE ` + anyOwned + ` AND ` + begunWithoutOwner + `
LIMIT 1`

	// selectOwnVersions reads the versions of all applications, the latest last. Of two with the
	// same time the lesser name is the later one, as in pinned.
	selectOwnVersions = `
SELECT {if application_versions.application_name|COALESCE(v.application_name, '')}{unless application_versions.application_name|''},
	v.version_name, v.created_at, v.version_timestamp FROM {application_versions} AS v
ORDER BY v.version_timestamp, v.version_name DESC`

	// selectBegunWithoutOwner reads a row if an application that knows no owners has run the
	// workflow.
	selectBegunWithoutOwner = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE ws.name = :workflow AND ` + begunWithoutOwner + ` LIMIT 1`

	// selectUnpinned finds a workflow without a version whose owner has none either.
	selectUnpinned = `
SELECT ws.workflow_uuid, ws.application_name FROM {workflow_status} AS ws
WHERE {in ws.workflow_uuid :ids} AND ws.application_version IS NULL AND ws.application_name IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM {application_versions} AS v WHERE v.application_name = ws.application_name) LIMIT 1`
)

// pinned is the version of a row that is put on a queue again: its own, or if it has none and
// :shared is true, the latest of its owner. If the owner has none, Postgres refuses the statement
// because it divides by zero, and SQLite returns NULL.
const pinned = `{if application_versions.application_name|{if workflow_status.application_name|
	CASE WHEN CAST(:shared AS BOOLEAN) AND application_version IS NULL AND application_name IS NOT NULL THEN COALESCE((
		SELECT v.version_name FROM {application_versions} AS v WHERE v.application_name = {workflow_status}.application_name
		ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1),
		CAST(1 / (CASE WHEN application_name IS NULL THEN 1 ELSE 0 END) AS TEXT)) ELSE application_version END}
	{unless workflow_status.application_name|application_version}}
	{unless application_versions.application_name|application_version}`

// pinnedFork is pinned for the fork of a workflow without a version. It is a further argument of a
// COALESCE, and begins with its comma, because tables without owners have no such argument.
const pinnedFork = `{if application_versions.application_name|{if workflow_status.application_name|, CASE WHEN CAST(:shared AS BOOLEAN) THEN (
	SELECT v.version_name FROM {application_versions} AS v WHERE v.application_name = COALESCE(ws.application_name, CAST(:owner AS TEXT))
	ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1) END}}`

// A neighbourhood is the answer to the question whether an application that knows no owners shares
// the database with others that do.
type neighbourhood struct {
	pins map[string]string // the versions to pin rows to, by owner; empty if the answer is no
	read time.Time
}

// shared returns true if an application that knows no owners works beside others that do.
func (n *neighbourhood) shared() bool { return len(n.pins) > 0 }

// neighbours returns the neighbourhood, and reads it again if it is older than evidenceTTL. Once
// the answer was yes it stays yes, because the rows that showed it may not be among the newest any
// more.
func (c *systemClient) neighbours(op string) (*neighbourhood, error) {
	if err := c.lookUp(op, c.neighbourLookup()...); err != nil {
		return nil, err
	}
	return c.neighbourhood.Load(), nil
}

// neighbourLookup returns the lookup of the neighbourhood, or none if it needs no read.
func (c *systemClient) neighbourLookup() []lookup {
	now, known := c.config.Clock(), c.neighbourhood.Load()
	if known != nil && now.Before(known.read.Add(evidenceTTL)) {
		return nil
	}
	found, r, begun := &neighbourhood{read: now}, &registered{}, false
	if !c.shape.Supports(schema.ApplicationName) || !c.shape.Has("application_versions", "application_name") {
		c.neighbourhood.Store(found)
		return nil
	}
	return []lookup{{
		plan: func(b *db.Batch) {
			db.Fold(b, r, selectOwnVersions, noArgs, (*registered).add)
			catalog.ReadSessions(b, c.db, &r.sessions)
			db.Exists(b, &begun, selectAnyBegun, noArgs)
		},
		keep: func() {
			if known != nil && known.shared() || r.shared() || begun {
				found.pins = r.latest
			}
			c.neighbourhood.Store(found)
		},
	}}
}

// registered holds the versions of all applications.
type registered struct {
	latest    map[string]string // the latest version of each owner; "" stands for no owner
	ownerless []ownerlessVersion
	since     int64 // as firstOwned, in Unix milliseconds; 0 if no version has an owner
	sessions  catalog.Sessions
}

// An ownerlessVersion is a version that names no application.
type ownerlessVersion struct {
	name string
	last int64 // when it was registered, or later made the latest, in Unix milliseconds
}

func (r *registered) add(row db.Row) error {
	var owner, name string
	var created, promoted db.Int
	err := row.Scan(&owner, &name, &created, &promoted)
	if r.latest == nil {
		r.latest = map[string]string{}
	}
	r.latest[owner] = name
	switch {
	case owner == "":
		r.ownerless = append(r.ownerless, ownerlessVersion{name, max(created.Int64, promoted.Int64)})
	case r.since == 0 || created.Int64 < r.since:
		r.since = created.Int64
	}
	return err
}

// shared returns true if an application that knows no owners shows beside others. It shows by a
// version without an owner that is younger than the first version with one, or by a connection
// that is open now and whose name ends in such a version, as TypeScript's do. Java and TypeScript
// 4.24 take rows without a version only while their version is the latest of all.
func (r *registered) shared() bool {
	if r.since == 0 {
		return false
	}
	for _, v := range r.ownerless {
		if v.last > r.since || r.connected("_"+v.name) {
			return true
		}
	}
	return false
}

// connected returns true if the name of an open connection has this end.
func (r *registered) connected(end string) bool {
	for name := range r.sessions.Named {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// pin returns the version of a new row: the stated one; or the latest of its owner, if an
// application that knows no owners would take the row otherwise; or "". note is a message about the
// pin, or "". It returns Unsupported if the row needs a pin and its owner has no version.
func (o *ownership) pin(op, owner, stated string, p queuedName) (version, note string, err error) {
	if stated != "" || !o.shared() || owner == "" && !o.begunWithoutOwner {
		return stated, "", nil
	}
	if version = o.pins[owner]; version != "" {
		whose := "application " + quoted(owner)
		if owner == "" {
			whose = "it"
		}
		return version, fmt.Sprintf("an application that knows no owners shares this database, so workflow %q is pinned to the latest version of %s, %q",
			p.workflow, whose, version), nil
	}
	if owner == "" {
		return "", "", nil
	}
	return "", "", unpinnable(op, owner, "say application_version, or start the application first, which registers its version")
}

// unpinnable returns the error for a row that needs a pin, and whose owner has no version.
func unpinnable(op, owner, hint string) *Error {
	return &Error{Code: Unsupported, Op: op, Hint: hint,
		Message: fmt.Sprintf("an application that knows no owners shares this database and takes every workflow that is not pinned to a version, "+
			"and the application %q has registered none", owner)}
}

// setShared sets the parameter :shared of a statement that puts workflows on a queue again. It
// returns Unsupported if an application that knows no owners could take one of them, and its owner
// has no version to pin it to.
func (c *systemClient) setShared(op string, ids []string, args query.Args) error {
	if err := c.askShared(op, args); err != nil || args["shared"] == false {
		return err
	}
	return c.refuseUnpinned(op, ids)
}

// askShared is setShared without the error about a workflow.
func (c *systemClient) askShared(op string, args query.Args) error {
	args["shared"] = false
	if c.config.ReadOnly {
		return nil // the change is refused later, so nothing has to be read
	}
	n, err := c.neighbours(op)
	if err == nil {
		args["shared"] = n.shared()
	}
	return err
}

// refusesUnpinned returns true if a statement with pinned refuses by itself. To look at the
// workflows first takes a sixth of the time of a resumption of many, and for one it is another
// round trip. In the step of a run a refused statement would undo more than itself.
func (c *systemClient) refusesUnpinned() bool {
	_, dry := c.view.(*dryRun)
	return !dry && c.db.Dialect() == query.Postgres && !db.Joined(c.ctx)
}

// refuseUnpinned returns Unsupported if one of the workflows needs a pin and its owner has no
// version.
func (c *systemClient) refuseUnpinned(op string, ids []string) error {
	var id, owner string
	err := c.read(op, func(b *db.Batch) {
		b.Query(selectUnpinned, query.Args{"ids": ids}, func(row db.Row) (err error) {
			id, owner, err = scanPair(row)
			return err
		})
	})
	if err != nil || id == "" {
		return err
	}
	failed := unpinnable(op, owner, "start the application first, which registers its version")
	failed.WorkflowID = id
	return failed
}

// readBegun sets begunWithoutOwner. It reads nothing if the rows show an owner, or another
// application that has run the workflow.
func (c *systemClient) readBegun(op string, o *ownership, workflow string) error {
	if !o.shared() || o.owner() != "" || len(o.users.ran) > 0 {
		return nil
	}
	var id string
	err := c.read(op, func(b *db.Batch) {
		db.Scalar(b, &id, selectBegunWithoutOwner, query.Args{"workflow": workflow})
	})
	o.begunWithoutOwner = id != ""
	return err
}

const keepApart = "let the application create its schedule itself, or keep the two in databases of their own"

// harmsOthers returns Unsupported if an application would load a schedule that is meant for
// another: an application that knows no owners loads all schedules, and every application loads the
// ones without an owner. It would start workflows that it may not have. If it cannot read the
// context, it would stop starting the workflows of its own schedules too.
func (c *systemClient) harmsOthers(op string, row *scheduleInsert, owners *ownership) error {
	harmful := &Error{Code: Unsupported, Op: op, ScheduleName: row.name}
	switch {
	case owners == nil:
		return nil
	case row.owner != "" && owners.shared():
		harmful.Message = fmt.Sprintf("an application that knows no owners shares this database: it loads the schedule of %q too, and starts its workflows, "+
			"or none of its own any more if it cannot read it", row.owner)
		harmful.Hint = keepApart
		return harmful
	case row.owner != "" || len(owners.applications) == 0:
		return nil
	}
	evidence, err := c.evidence(op, false)
	if err != nil {
		return err
	}
	for _, application := range owners.loading() {
		sdk := evidence.Application(application).SDK
		if sdk == row.sdk || sdk == "" && len(owners.all()) == 1 {
			continue // the call states the SDK of the only application
		}
		harmful.Message = fmt.Sprintf("nothing shows which application the schedule is for, so all of them load it, and %s", harmedBy(application, sdk))
		if harmful.Hint = "say application_name"; owners.shared() {
			harmful.Hint = keepApart // a schedule of a named application is refused as well
		}
		return harmful
	}
	return nil
}

// loading returns the applications that load a schedule without an owner; "" is one that knows no
// owners.
func (o *ownership) loading() []string {
	if o.shared() {
		return append(slices.Clone(o.applications), "")
	}
	return o.applications
}

// harmedBy returns a clause about the harm to an application, for an error.
func harmedBy(application string, sdk SDK) string {
	who := quoted(application)
	if application == "" {
		who = "one that knows no owners"
	}
	if sdk == "" {
		return who + ", of which no row shows the SDK, starts none of its own any more if it cannot read it"
	}
	return who + ", which is of the " + sdk.Title() + " SDK, cannot read it and starts none of its own any more"
}
