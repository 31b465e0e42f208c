// Package plans shows how PostgreSQL runs the client's statements. It records the statements of
// each operation and asks for their plans, on tables that were never analysed.
//
// Start with Record in plans.go; record.go and filters.go have the statements.
package plans
