// Package fullscreen takes over a terminal: lines are drawn in the place of all that was on it, and
// keys are read one by one. Whatever ends the program, the terminal is as before.
//
// The terminal itself is driven by tcell. This package adds the rest of a well-behaved program:
// Ctrl-C interrupts it, Ctrl-Z stops it and fg draws it again, a question of somebody else gets the
// terminal for as long as it takes, and no text can drive the terminal.
//
// Start with Open in screen.go.
package fullscreen
