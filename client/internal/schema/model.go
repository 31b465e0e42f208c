package schema

// kind is a column's type, spelled differently by each dialect.
type kind int

const (
	text kind = iota
	shortText
	bigInteger
	bigIntegerByName // a bigInteger that is called BIGINT on SQLite too, as the SDKs do for some columns
	integer
	boolean
	object
	double
	numeric
)

// Defaults that each dialect spells in its own way; every other default is SQL that both
// understand.
const (
	nowMillis = "now in epoch milliseconds"
	newUUID   = "a random id"
)

// column is one column of a table.
type column struct {
	name string
	kind kind
	// since is the schema version that added it, in the numbers of the Go SDK on Postgres.
	since    int
	required bool   // NOT NULL
	fallback string // its DEFAULT: SQL, nowMillis or newUUID; empty if it has none
}

// col returns a column of a kind, which schema version since added.
func col(name string, kind kind, since int) column {
	return column{name: name, kind: kind, since: since}
}

func (c column) notNull() column {
	c.required = true
	return c
}

func (c column) defaults(sql string) column {
	c.fallback = sql
	return c
}

// index is one index; where is the predicate of a partial one, in SQL of both dialects.
type index struct {
	name    string
	columns []string
	where   string
	unique  bool
	gin     bool
	// included columns are stored beside the key. SQLite, which cannot do that, has them at the
	// key's end.
	included []string
	// newestFirst sorts by the last column in descending order.
	newestFirst bool
	// since and until are the first and the last schema version with the index; 0 if there is no
	// limit.
	since, until int
}

func (i index) at(version int) bool {
	return i.since <= version && (i.until == 0 || version <= i.until)
}

// table is one table of the system database.
type table struct {
	name    string
	columns []column
	key     []string
	unique  string // a column whose values are unique, beside the key; empty if it has none
	// parent is the column with the id of the workflow whose deletion deletes the row too; empty if
	// the table has none.
	parent string
	// parentUntil is the last schema version with the foreign key of parent; 0 if all have it.
	parentUntil int
	// since is the schema version that added the table; 0 if all have it.
	since int
	// looseKey leaves NOT NULL out of a SQLite primary key, as both SDKs with a SQLite back end do.
	looseKey bool
	// optional marks a table that not every SDK makes and no client needs.
	optional bool
	indexes  []index
}

// hasParent returns true if a schema version has the foreign key of parent.
func (t table) hasParent(version int) bool {
	return t.parent != "" && (t.parentUntil == 0 || version <= t.parentUntil)
}

// tables lists the tables of all versions in the order in which they can be made.
func tables() []table {
	return []table{
		migrations(),
		workflowStatus(),
		workflowInput(),
		workflowOutput(),
		operationOutputs(),
		notifications(),
		workflowEvents(),
		workflowEventsHistory(),
		streams(),
		eventDispatchKV(),
		workflowSchedules(),
		applicationVersions(),
		queues(),
	}
}
