// Package tables opens a system database for direct access to its tables, without the rules of a
// client: for the worker, which is an application, and for code that fills and inspects
// databases.
//
// Start with Open in database.go; record.go reads rows.
package tables
