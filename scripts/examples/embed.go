// Package examples holds the runbooks that come with the command.
package examples

import "embed"

// Files are the runbooks by name, such as bulk_resume.lua.
//
//go:embed *.lua
var Files embed.FS
