//go:build !oldest

package main

import "github.com/dbos-inc/dbos-transact-golang/dbos"

// migrations returns the statements that make the SDK's tables, one version after the other.
func migrations() ([]string, error) { return dbos.MigrationStatements("dbos", 1) }
