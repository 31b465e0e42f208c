// Package query compiles one SQL text for two dialects.
//
// A text is written once, with named parameters and a few tokens in braces; Compile returns
// the SQL of a dialect and the order of its parameters. Nothing here talks to a database.
//
//	:name                          a parameter; the same name is the same parameter everywhere
//	{workflow_status}              a table of the system database, with its schema
//	{dbos_script_sources}          a table for durable runs, in their own schema on Postgres
//	{in column :list}              column is one of the values of a list of strings
//	{prefix column :list}          column starts with one of a list of strings, case-sensitively
//	{contains column :object}      a JSON column holds all members of a JSON object
//	{json :object}                 a JSON text as the value of a JSON column
//	{rows alias id:TEXT=:ids …}    a list of rows, one parameter (a list) per column
//	{lock}                         locks the selected rows, and skips rows locked by others
//	{hold}                         locks the selected rows, and waits for rows locked by others
//	{merge column :object}         a JSON column with the members of an object set, not merged
//	{clock}                        the time by the clock of the database, in Unix milliseconds
//	{if feature| text}             text, if the database has the feature
//	{unless feature| text}         text, if it does not
//
// A list of one value is compiled as that value.
//
// An upsert from {rows …} needs a WHERE before its ON CONFLICT: SQLite would read ON as a join's.
// Braces nest. A feature is a table ("workflow_input"), a column ("workflow_status.attributes"), or
// sqlite.
//
// Start with Compile in query.go; token.go expands the braces. bind.go puts the arguments into the
// order of the placeholders, json.go writes lists for SQLite, and single_values.go finds the lists
// of one value. text.go is separate: it checks that the arguments are texts that every database
// stores.
package query
