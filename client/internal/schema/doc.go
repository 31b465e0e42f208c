// Package schema knows the shape of a DBOS system database. It returns the statements that make
// an empty one, and the capabilities of an existing one.
//
// It runs nothing itself. Capabilities are read from columns and never from the version number,
// because below 100 every SDK counts on its own.
//
// Start with schema.go, which has the statements of each version; the files tables_ have the
// tables. shape.go describes an existing database, and capability.go lists the columns that an
// operation needs. The files copied.go and runs.go are for exports and for durable runs.
package schema
