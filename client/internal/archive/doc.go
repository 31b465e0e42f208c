// Package archive writes and reads files of exported workflows.
// docs/formats/export.md describes them.
//
// A file is lines of JSON: a header, then the rows of one workflow after the other, in the order of
// their ids, and an end with the number of lines. So a reader needs the memory of one workflow, and
// finds a line that is missing, moved or doubled. Nothing here talks to a database.
//
// Start with NewWriter in write.go and NewReader in read.go.
package archive

import (
	"encoding/json"
	"fmt"
)

// Version is the version of the format that is written, and the only one that is read.
const Version = 1

// A Table is a table with its columns, in the order of their values in a Row.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	// WorkflowColumn is the index of the column with the id of the workflow that a row belongs to,
	// Key are the indexes of the columns of the primary key.
	WorkflowColumn int   `json:"-"`
	Key            []int `json:"-"`
}

// A Header is the first line of a file.
type Header struct {
	Version       int      `json:"dbos_export"`
	WrittenAt     string   `json:"written_at"`
	Backend       string   `json:"backend"`
	SchemaVersion int64    `json:"schema_version"`
	Workflows     int      `json:"workflows"`
	Masked        []string `json:"masked,omitempty"`
	// Tables are in the order of the rows of a workflow. The first has one row for each.
	Tables []Table `json:"tables"`
}

// An end is the last line of a file.
type end struct {
	End *struct {
		Workflows int `json:"workflows"`
		Rows      int `json:"rows"`
	} `json:"end"`
}

// A Row is a row of a table.
type Row struct {
	Table  int // its place in Header.Tables
	Values []Value
	Line   int // its line in the file that it was read from, 0 if there is none
}

// A Workflow is the rows of one workflow, that of the first table first.
type Workflow struct {
	ID   string
	Rows []Row
	Size int // about how many bytes it has
}

// A LineError is an error in a line of a file.
type LineError struct {
	Line    int // from 1
	Message string
}

// Error returns the line and what is wrong with it.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// line returns a header or an end as a line.
func line(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	return append(text, '\n'), err
}
