// Package terminal writes text for people. A value of a database can hold escape sequences that
// recolour, erase or retitle a terminal, and characters that reorder the text around them. A
// Writer makes all of them visible instead. The streams of the command are Writers, so no code of
// ours can forget it.
//
// Start with Writer in writer.go, then Text in text.go.
package terminal
