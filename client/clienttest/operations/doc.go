// Package operations lists the methods of Client for the tests that try each of them: a closed
// client refuses them, a read-only one refuses the changes, a gate sees each change once, a dry run
// has the same errors, and so on. A method that is added to Client gets one entry here.
//
// Start with Operation in operations.go; the other files list the methods by topic, and filters.go
// the filters of lists.
package operations
