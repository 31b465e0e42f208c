// Package simulator fills system databases: rows from a list, a mix of states by proportions, and
// a small shop with three days of history to practise on. Its clock stands still until it is
// moved.
//
// Start with seed.go for rows, and with fleet.go for the shop, whose files begin with fleet_.
package simulator
