// Package where writes the conditions of a list: which rows match, and, apart from that, which
// index leads to them. It knows columns, and no operation.
//
// Start with Filter in filter.go. page.go orders the rows and continues after one; hints.go and
// states.go help the planner to an index.
package where
