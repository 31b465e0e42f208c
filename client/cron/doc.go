// Package cron reads the cron texts of schedules and computes their ticks. It knows nothing of
// databases.
//
// Each SDK has a dialect of its own. Every SDK must read a stored text, and they agree on
// little: Go wants exactly six fields, seconds first, and none but Go takes a time zone in the
// text. So Normalise returns a text in the one form that all of them read; ParseAs reads what an
// application stored in the dialect of its SDK.
//
// A tick is every instant at which a clock in the schedule's zone shows a time that the text names.
// If clocks skip that time, there is no tick; if they show it twice, there are two. robfig/cron
// means the same, but loses ticks in zones that change their clocks at midnight.
//
// Start with Normalise in text.go and Schedule in ticks.go. dialect.go has the rules of each SDK,
// and spelling.go the texts of a tick in the ids of workflows.
package cron
