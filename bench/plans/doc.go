// Package plans shows how PostgreSQL runs the client's statements. It records the statements of
// each operation and asks for their plans.
//
// A statement that reads a whole table is fast in a test and takes minutes in production, so the
// tests fail for such a plan. They look at tables of two sizes, before ANALYZE and after it,
// because the planner chooses worst without statistics, and a new system database has none.
//
// Start with Record in plans.go. operations.go and filters.go have the operations, and record.go
// listens to the statements that they send.
package plans
