// Package where writes the conditions of a list: which rows match, and, apart from that, which
// index leads to them. It knows the columns of tables, and nothing of the operations of the client.
//
// Start with Filter in filter.go. page.go orders the rows and continues after one; prefix.go
// has the conditions on prefixes of texts; hints.go and states.go write conditions so that the
// planner of the database finds an index.
package where
