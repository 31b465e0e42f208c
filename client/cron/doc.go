// Package cron reads the cron texts of schedules and computes their ticks, as the Go SDK does: by robfig/cron. It
// knows nothing of databases.
//
// What is stored must be read by every SDK, and they agree on little: Go wants exactly six fields, seconds first,
// TypeScript knows neither descriptors nor the question mark, and none but Go takes a time zone in the text. So a
// text is stored in the one form that all of them read.
package cron
