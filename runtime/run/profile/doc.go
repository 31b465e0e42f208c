// Package profile reads profiles from dbos-script.toml: which database to work on under which
// limits, and how loudly to ask before something changes. A profile's keys are flags of the
// command, and a flag that is given comes before them.
//
//	[profile.prod]
//	url = "postgres://ops:${PROD_PASSWORD}@db.example:5432/shop"
//	colour = "red"
//	confirm = "name"
//	confirm-above = 0
//	max-changes = 5000
package profile
