// Package starter holds the first files of a folder of runbooks: a runbook and its test.
package starter

import "embed"

// Files are the scripts by name, such as rerun_failed.lua.
//
//go:embed *.lua
var Files embed.FS
