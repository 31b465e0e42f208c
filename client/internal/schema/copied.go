package schema

import "slices"

// A Kind is the type of a column, as far as it matters for the copy of a value.
type Kind int

// The kinds. On SQLite a column can hold values of another kind than its own.
const (
	Text Kind = iota
	Integer
	SmallInteger // of 32 bits on Postgres
	Boolean
	Object // JSONB on Postgres, text on SQLite
)

// A CopiedColumn is a column of a table with rows of workflows.
type CopiedColumn struct {
	Name     string
	Kind     Kind
	Required bool   // it does not take NULL
	Fallback string // the default in SQL, NowMillis, or "" if there is none
}

// NowMillis is the Fallback of a column that holds the time of the insert, in Unix milliseconds.
const NowMillis = nowMillis

// A CopiedTable is a table with rows of workflows.
type CopiedTable struct {
	Name string
	// WorkflowColumn is the column with the id of the workflow that a row belongs to.
	WorkflowColumn string
	// Key is the primary key.
	Key     []string
	Columns []CopiedColumn
}

// CopiedTables returns the tables with rows of workflows: first workflow_status, to which
// the others refer.
func CopiedTables() []CopiedTable {
	var copied []CopiedTable
	for _, t := range []table{workflowStatus(), workflowInput(), workflowOutput(), operationOutputs(), workflowEvents(),
		workflowEventsHistory(), streams(), notifications()} {
		c := CopiedTable{Name: t.name, WorkflowColumn: "workflow_uuid", Key: t.key}
		if t.parent != "" {
			c.WorkflowColumn = t.parent
		}
		for _, column := range t.columns {
			c.Columns = append(c.Columns, CopiedColumn{column.name, copiedKind(column.kind), column.required, column.fallback})
		}
		copied = append(copied, c)
	}
	return copied
}

func copiedKind(k kind) Kind {
	switch k {
	case bigInteger, bigIntegerByName:
		return Integer
	case integer:
		return SmallInteger
	case boolean:
		return Boolean
	case object:
		return Object
	}
	return Text
}

// Column returns a column of the table by its name.
func (t CopiedTable) Column(name string) (CopiedColumn, bool) {
	at := slices.IndexFunc(t.Columns, func(c CopiedColumn) bool { return c.Name == name })
	if at < 0 {
		return CopiedColumn{}, false
	}
	return t.Columns[at], true
}
