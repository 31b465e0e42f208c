package cron

import (
	"slices"
	"time"
)

// The forms in which the SDKs write a tick into the id of its workflow. Go writes a zone without offset as Z,
// Python as +00:00; TypeScript writes UTC with milliseconds.
const (
	goForm           = time.RFC3339
	pythonForm       = "2006-01-02T15:04:05-07:00"
	pythonLongOffset = "2006-01-02T15:04:05-07:00:00"
	typescriptForm   = "2006-01-02T15:04:05.000Z"
)

// Spelling is how we write a tick: as the Go SDK does in UTC.
func Spelling(tick time.Time) string { return tick.UTC().Format(goForm) }

// TypeScriptSpelling is the only one that the TypeScript SDK knows a tick by.
func TypeScriptSpelling(tick time.Time) string { return tick.UTC().Format(typescriptForm) }

// Spellings are all texts a tick may have in the id of a workflow, each once and Spelling first: in UTC, and as Go
// and Python write it in each of the zones.
func Spellings(tick time.Time, zones ...*time.Location) []string {
	list := []string{Spelling(tick), TypeScriptSpelling(tick), tick.UTC().Format(pythonForm)}
	for _, zone := range zones {
		local := tick.In(zone)
		for _, text := range []string{local.Format(goForm), local.Format(pythonLayout(local))} {
			if !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	return list
}

// pythonLayout shows the seconds of an offset that has some, as local mean times have.
func pythonLayout(local time.Time) string {
	if _, offset := local.Zone(); offset%60 != 0 {
		return pythonLongOffset
	}
	return pythonForm
}
