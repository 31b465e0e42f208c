// Package durable runs a script as a workflow: its calls are the steps of the workflow, and any
// process finishes it from the recorded ones. Start with Open in session.go; record.go keeps the
// steps of a journal in the rows of the workflow, source.go the text of the script with its
// modules.
package durable
