// Package profile reads profiles from dbos-script.toml. A profile says which database to work on,
// under which limits, and how a user confirms a change. Most of its keys have the names of flags of
// the command; a flag on the command line takes precedence over the key.
//
//	[profile.prod]
//	url = "postgres://ops:${PROD_PASSWORD}@db.example:5432/shop"
//	colour = "red"
//	confirm = "name"
//	confirm-above = 0
//	max-changes = 5000
//
// Start with Find in load.go, then Profile in profile.go.
package profile
