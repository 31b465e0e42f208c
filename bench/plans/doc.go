// Package plans shows how PostgreSQL runs the client's statements. It records the statements of
// each operation and asks for their plans.
//
// A statement that reads a whole table is fast in a test and takes minutes in production, so the
// tests fail for such a plan. They look at tables of two sizes that were never analysed, because
// the planner chooses worst without statistics, and a new system database has none.
//
// Start with Record in plans.go; record.go and filters.go have the statements.
package plans
