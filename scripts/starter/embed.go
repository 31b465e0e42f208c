// Package starter holds what a new folder of runbooks begins with: a runbook and its test.
package starter

import "embed"

// Files are the scripts by name, such as rerun_failed.lua.
//
//go:embed *.lua
var Files embed.FS
