// Package policy decides which ticks of a schedule lead to a run, and when. Its functions depend on
// their arguments alone: they read no clock and no database, so that all servers which share a
// schedule decide the same, and a test can simulate any clock. Start with Rules.Decide in
// policy.go; retry.go decides about runs that failed.
package policy
