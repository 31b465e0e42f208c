// Package terminal writes text that a person reads. A value of a database can hold escape sequences that
// recolour, erase or retitle a terminal, and characters that reorder what stands beside them; a Writer makes
// all of them visible instead. The streams of the command are Writers, so no writer of ours can forget it.
package terminal
