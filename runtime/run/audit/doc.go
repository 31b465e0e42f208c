// Package audit keeps a record of the changes that runs make: a file with one JSON object per
// line, to which lines are only appended.
//
// A change has a line with the outcome "started" before it is sent, and one with its outcome
// after it. Both lines are complete, so either can be read alone. If only the first exists, the
// process was ended in between, and it is unknown if the change took effect. A run that changes
// something ends with a line of its own. A run that only reads leaves none.
//
// Start with Line in line.go, which is the format, then Log in log.go, which writes it, and
// read.go. secret.go and forms.go mask secrets.
package audit
