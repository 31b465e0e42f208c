package schema

// kind is a column's type, spelled differently by each dialect.
type kind int

const (
	text kind = iota
	shortText
	bigInteger
	bigIntegerByName // BIGINT on SQLite too, where the SDKs write it so
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

// column is one column of a table. Its version is the step of the Go SDK's history on Postgres
// that brought it.
type column struct {
	name     string
	kind     kind
	since    int
	required bool
	fallback string
}

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
}

// table is one table of the system database.
type table struct {
	name    string
	columns []column
	key     []string
	unique  string
	// owner is the column that holds the workflow whose row takes this one along when it goes;
	// empty for none.
	owner string
	// looseKey leaves NOT NULL out of a SQLite primary key, as both SDKs with a SQLite back end do.
	looseKey bool
	// optional marks a table that not every SDK makes and no client needs.
	optional bool
	indexes  []index
}

// tables lists the tables in the order in which they can be made.
func tables() []table {
	return []table{
		migrations(),
		workflowStatus(),
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
