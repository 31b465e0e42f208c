package client

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The owner of a row is the application that its application_name names. An application takes its
// own rows and rows without an owner, so a row without one is run by whichever application comes
// first, even by one that does not have the workflow. SDKs that write no application_name know no
// owners; application_ownerless.go says how a row is kept from them.

// newestRows are the rows that show the present work of applications. The index on created_at finds
// them in a table of any size.
const newestRows = `(SELECT n.workflow_uuid, n.status, n.name, n.queue_name, n.application_name
	FROM {workflow_status} AS n ORDER BY n.created_at DESC LIMIT 1000)`

const (
	selectQueueOwner = `
SELECT q.application_name FROM {queues} AS q WHERE q.name = :queue AND q.application_name IS NOT NULL`

	// selectRunners finds the applications that have run the workflow lately (TRUE), or have taken
	// others off the queue (FALSE), because a queue that only code declares has no row. All
	// applications take from the internal queue, so it shows no owner.
	selectRunners = `
SELECT DISTINCT ws.application_name, ws.name = CAST(:workflow AS TEXT)
FROM ` + newestRows + ` AS ws
WHERE ws.application_name IS NOT NULL AND (ws.name = CAST(:workflow AS TEXT)
	OR ws.queue_name = CAST(:queue AS TEXT) AND ws.queue_name <> '` + InternalQueueName + `') AND ` + ran

	// selectAllRunners finds them in the whole table. It is sent only if several applications share
	// the database and the newest rows do not show the owner.
	selectAllRunners = `
SELECT DISTINCT ws.application_name FROM {workflow_status} AS ws
WHERE ws.application_name IS NOT NULL AND ws.name = :workflow AND ` + ran

	// selectApplications finds the applications of the database: each registers its version when it
	// starts. Of the newest rows only begun ones count, because the owner of a waiting row may be
	// misspelt.
	selectApplications = `
{if application_versions.application_name|SELECT v.application_name FROM {application_versions} AS v WHERE v.application_name IS NOT NULL UNION}
{if queues.application_name|SELECT q.application_name FROM {queues} AS q WHERE q.application_name IS NOT NULL UNION}
{if workflow_schedules.application_name|SELECT s.application_name FROM {workflow_schedules} AS s WHERE s.application_name IS NOT NULL UNION}
SELECT ws.application_name FROM ` + newestRows + ` AS ws WHERE ws.application_name IS NOT NULL AND ` + ran + `
ORDER BY application_name`
)

// A queuedName is a workflow name and its queue, which one application usually owns.
type queuedName struct{ queue, workflow string }

// An ownership is the evidence of rows for the owner of a queuedName.
type ownership struct {
	queue        string // the owner of the registered queue, or ""
	users        queueUsers
	applications []string // the applications of the database that write their name into rows
	*neighbourhood
	// begunWithoutOwner is true if an application that knows no owners has run the workflow.
	begunWithoutOwner bool
	read              time.Time // when it was read
}

// queueUsers are the applications that have run workflows of a queuedName lately.
type queueUsers struct {
	ran   []string // they have run the workflow
	other []string // they have taken other workflows off the queue
}

// A rowOwner is the application that a new row belongs to.
type rowOwner struct {
	owner   string // "" if nothing shows one
	warning string // about the owner, or ""
	version string // to which the row is pinned, or ""
	note    string // a message about the version, or ""
}

// rowOwner returns the application that a new row belongs to: the stated one, that of the
// connection, the owner of the queue, or the only one that has run the workflow or takes from the
// queue; or "" if nothing shows one. version is the stated one. If it reads, the other lookups take
// part.
func (c *systemClient) rowOwner(op, stated, version string, p queuedName, also ...lookup) (rowOwner, error) {
	owner, warning, owners, err := c.owner(op, stated, p, also...)
	if err != nil || owners == nil {
		return rowOwner{version: version}, err
	}
	found := rowOwner{owner: owner, warning: warning}
	found.version, found.note, err = owners.pin(op, owner, version, p)
	return found, err
}

// owner is rowOwner without a version. owners is nil if the tables have no column for the owner.
func (c *systemClient) owner(op, stated string, p queuedName, also ...lookup) (name, warning string, owners *ownership, err error) {
	if stated != "" && !c.shape.Supports(schema.ApplicationName) {
		return "", "", nil, unsupported(op, c.shape.Missing(schema.ApplicationName), "")
	}
	if !c.shape.Supports(schema.ApplicationName) || c.config.ReadOnly {
		return "", "", nil, nil
	}
	if owners, err = c.ownership(op, p, also...); err != nil {
		return "", "", nil, err
	}
	if stated = cmp.Or(stated, c.config.AppName); stated != "" {
		return stated, owners.warningOf(stated, p), owners, nil
	}
	name = owners.owner()
	if all := owners.all(); name == "" && len(all) > 1 && !owners.begunWithoutOwner {
		warning = fmt.Sprintf("the applications %s share this database, and nothing shows which of them has workflow %q, so whichever "+
			"comes first takes it: say application_name", wordList(all), p.workflow)
	}
	return name, warning, owners, nil
}

// all returns the applications as messages name them: in quotes, and if one of them knows no
// owners, a phrase for that.
func (o *ownership) all() []string {
	var names []string
	for _, name := range o.applications {
		names = append(names, quoted(name))
	}
	if o.shared() {
		names = append(names, "one that knows no owners")
	}
	return names
}

// owner returns the one application that the rows show, or "".
func (o *ownership) owner() string {
	switch {
	case o.queue != "":
		return o.queue
	case len(o.users.ran) > 0:
		return only(o.users.ran)
	}
	return only(o.users.other)
}

func only(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return ""
}

// warningOf returns a warning if a stated application never takes from the queue, or is none of the
// applications of the database; otherwise "".
func (o *ownership) warningOf(stated string, p queuedName) string {
	switch {
	case o.queue != "" && o.queue != stated:
		return fmt.Sprintf("queue %q belongs to the application %q, so %q never takes a workflow off it", p.queue, o.queue, stated)
	case len(o.applications) > 0 && !slices.Contains(o.applications, stated):
		return fmt.Sprintf("this database has seen no application %q%s", stated, nearest.Among(stated, o.applications, "applications"))
	}
	return ""
}

func quoted(word string) string { return fmt.Sprintf("%q", word) }

// wordList joins words with commas and "and".
func wordList(words []string) string {
	last := len(words) - 1
	if last > 0 {
		return strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return strings.Join(words, "")
}

// ownership reads the evidence, unless it was read within evidenceTTL. If several applications
// share the database and its newest rows show no owner, it reads all rows of the workflow. If it
// reads, the other lookups take part.
func (c *systemClient) ownership(op string, p queuedName, also ...lookup) (*ownership, error) {
	now := c.config.Clock()
	if known, found := c.owners.Load(p); found && now.Before(known.(*ownership).read.Add(evidenceTTL)) {
		return known.(*ownership), nil
	}
	owners := &ownership{read: now}
	args := query.Args{"queue": p.queue, "workflow": p.workflow}
	own := lookup{
		plan: func(b *db.Batch) { owners.plan(b, args, c.shape) },
		keep: func() { owners.neighbourhood = c.neighbourhood.Load() },
	}
	if err := c.lookUp(op, slices.Concat(c.neighbourLookup(), []lookup{own}, also)...); err != nil {
		return nil, err
	}
	if owners.owner() == "" && len(owners.users.ran) == 0 && len(owners.applications) > 1 {
		err := c.read(op, func(b *db.Batch) { db.Texts(b, &owners.users.ran, selectAllRunners, args) })
		if err != nil {
			return nil, err
		}
	}
	if err := c.readBegun(op, owners, p.workflow); err != nil {
		return nil, err
	}
	c.owners.Store(p, owners)
	return owners, nil
}

func (o *ownership) plan(b *db.Batch, args query.Args, shape *schema.Shape) {
	if shape.Has("queues", "application_name") {
		db.Scalar(b, &o.queue, selectQueueOwner, args)
	}
	db.Fold(b, &o.users, selectRunners, args, (*queueUsers).add)
	db.Texts(b, &o.applications, selectApplications, noArgs)
}

func (u *queueUsers) add(row db.Row) error {
	var name string
	var ran db.Bool
	err := row.Scan(&name, &ran)
	if ran.Bool {
		u.ran = append(u.ran, name)
	} else {
		u.other = append(u.other, name)
	}
	return err
}

// ownRows restricts a list to the rows of the client's application and rows without an owner, if
// the client has one and the call names neither applications nor ids.
func (c *systemClient) ownRows(f *where.Filter, applications, ids []string) {
	if c.config.AppName != "" && applications == nil && ids == nil && c.shape.Has(f.Table, "application_name") {
		f.OwnedBy(c.config.AppName)
	}
}

// ownedBy returns the error of a call that would change the owner of a name from current to wanted.
func ownedBy(op, kind, name, current, wanted string) *Error {
	return &Error{Code: AlreadyExists, Op: op,
		Message: fmt.Sprintf("%s %q belongs to the application %q, not to %q", kind, name, current, wanted),
		Hint:    fmt.Sprintf("take another name, because all applications share them, or rename the application %q first", current)}
}
