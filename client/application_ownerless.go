package client

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Applications of some SDKs (Java 1.1, TypeScript up to 4.24) know no owners: they write none,
// and take rows of every application from the queues that they work on, unless the row is pinned to
// a version. So in a database where one works beside applications that know owners, new rows are
// pinned to the latest version of their owner.

const (
	// firstOwned is when the first application that knows owners came, NULL if none did.
	firstOwned = `(SELECT MIN(v.created_at) FROM {application_versions} AS v WHERE v.application_name IS NOT NULL)`

	// begunWithoutOwner is true for a row that an application without owners has begun since:
	// the others set theirs at the claim.
	begunWithoutOwner = `(ws.application_name IS NULL AND ws.status IN ('PENDING', 'SUCCESS', 'ERROR')
	AND COALESCE(ws.started_at_epoch_ms, ws.created_at) > ` + firstOwned + `)`

	// ownerless is true if an application without owners has registered a version, or begun a
	// workflow, since the first one with owners came. Older ones may be those of the same
	// application, before it took a newer SDK.
	ownerless = `(CASE WHEN ` + firstOwned + ` IS NULL THEN FALSE ELSE
	EXISTS (SELECT 1 FROM {application_versions} AS v WHERE v.application_name IS NULL AND v.created_at > ` + firstOwned + `)
	OR EXISTS (SELECT 1 FROM (SELECT n.application_name, n.status, n.started_at_epoch_ms, n.created_at
			FROM {workflow_status} AS n ORDER BY n.created_at DESC LIMIT 1000) AS ws
		WHERE ` + begunWithoutOwner + `) END)`

	// selectPins reads the versions of each application if one of them knows no owners, the latest
	// last.
	selectPins = `
SELECT COALESCE(v.application_name, ''), v.version_name FROM {application_versions} AS v WHERE ` + ownerless + `
ORDER BY v.version_timestamp, v.version_name DESC`

	// selectBegunWithoutOwner reads a row if an application without owners has run the workflow.
	selectBegunWithoutOwner = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE ws.name = :workflow AND ` + begunWithoutOwner + ` LIMIT 1`
)

// pinned is the version of a row that waits again: its own, or if it has none, and an application that
// knows no owners could take it, the latest of its owner.
const pinned = `{if application_versions.application_name|{if workflow_status.application_name|
	CASE WHEN application_version IS NULL AND application_name IS NOT NULL AND ` + ownerless + ` THEN (
		SELECT v.version_name FROM {application_versions} AS v WHERE v.application_name = {workflow_status}.application_name
		ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1) ELSE application_version END}
	{unless workflow_status.application_name|application_version}}
	{unless application_versions.application_name|application_version}`

// pinnedFork is the same for the fork of a workflow without a version, the last argument of COALESCE.
const pinnedFork = `{if application_versions.application_name|{if workflow_status.application_name|, CASE WHEN ` + ownerless + ` THEN (
	SELECT v.version_name FROM {application_versions} AS v WHERE v.application_name = COALESCE(ws.application_name, CAST(:owner AS TEXT))
	ORDER BY v.version_timestamp DESC, v.version_name LIMIT 1) END}}`

// pin returns the version that a new row of an owner gets: the stated one; the latest of the owner
// where an application that knows no owners would take it otherwise; else "". note is a message about it,
// or "". It returns Unsupported if the owner has no version.
func (o *ownership) pin(op, owner, stated string, p place) (version, note string, err error) {
	if stated != "" || len(o.pins) == 0 || owner == "" && !o.begunWithoutOwner {
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
	return "", "", &Error{Code: Unsupported, Op: op, Hint: "say application_version, or start the application first, which registers its version",
		Message: fmt.Sprintf("an application that knows no owners shares this database and takes every workflow that is not pinned to a version, "+
			"and the application %q has registered none", owner)}
}

// shared reports whether an application that knows no owners works beside others.
func (o *ownership) shared() bool { return len(o.pins) > 0 }

// planPins reads the versions to pin to.
func (o *ownership) planPins(b *db.Batch) {
	db.Fold(b, &o.pins, selectPins, noArgs, func(pins *map[string]string, row db.Row) error {
		owner, version, err := scanPair(row)
		if *pins == nil {
			*pins = map[string]string{}
		}
		(*pins)[owner] = version
		return err
	})
}

// readBegun reads whether an application without owners has run the workflow, if no other has.
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

// harmsOthers returns Unsupported if an application that knows no owners, and is written with another SDK,
// shares the database: it loads every schedule, and stops all of its own at a context that it cannot read.
func (c *systemClient) harmsOthers(op string, row *scheduleInsert, input ClientScheduleInput) error {
	evidence, err := c.evidence(op, false)
	if err != nil {
		return err
	}
	other := evidence.Application("").SDK
	if row.owner == "" || other == "" || other == row.sdk {
		return nil
	}
	return &Error{Code: Unsupported, Op: op, ScheduleName: input.ScheduleName,
		Message: fmt.Sprintf("an application of the %s SDK, which knows no owners, shares this database: it loads the schedule of %q too, "+
			"cannot read it, and then starts none of its own", other.Title(), row.owner),
		Hint: "let the application create its schedule itself, or keep the two in databases of their own"}
}
