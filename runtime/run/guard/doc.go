// Package guard decides which changes a run may make. Every change of every client of a run
// passes the gate that Guard.Gate returns. It counts the change against the limit, asks for
// confirmation of a large run, writes it to the audit log, and keeps the figures for the report at
// the end. In a dry run it collects the plan.
//
// Start with Guard in guard.go, then allow.go, which counts and asks. The other files keep the
// figures for the plan and the summary.
package guard
