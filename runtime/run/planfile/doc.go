// Package planfile writes and reads files of plans: the changes that a dry run has planned, with
// the state in which each workflow was seen, for another process to carry out. Start with Header
// in lines.go; docs/design/plans.md describes the file and its signature.
package planfile
