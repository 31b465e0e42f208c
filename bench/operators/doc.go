// Command operators measures whole commands of an operator at the sizes for which they have a
// limit: a prune of a million workflows beside enqueues, an export of ten thousand and its import,
// the groups of a hundred thousand failures, and the first screens of top and show.
//
//	go run ./bench/operators
//	go run ./bench/operators -only prune -count 100000
//
// It works on databases of its own, prints a line for each figure with its limit, and ends with
// exit code 1 if one is above it. The shortest of several turns counts, because a command is never
// faster than its work. docs/benchmarks.md explains the figures.
//
// Start with main.go. machine.go has the server and the built programs, and each other file has
// the measurement of one command.
package main
