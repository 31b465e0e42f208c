package cron

import (
	"slices"
	"time"
)

// The forms in which the SDKs write a tick into the id of its workflow. Go writes a zone without offset as Z,
// Python as +00:00; TypeScript writes UTC with milliseconds; Java leaves out seconds that are 0.
const (
	goForm           = time.RFC3339
	pythonForm       = "2006-01-02T15:04:05-07:00"
	pythonLongOffset = "2006-01-02T15:04:05-07:00:00"
	typescriptForm   = "2006-01-02T15:04:05.000Z"
	javaForm         = "2006-01-02T15:04:05Z07:00"
	javaMinuteForm   = "2006-01-02T15:04Z07:00"
)

// Spelling is how we write a tick: as the Go SDK does in UTC.
func Spelling(tick time.Time) string { return tick.UTC().Format(goForm) }

// TypeScriptSpelling is the only one that the TypeScript SDK knows a tick by.
func TypeScriptSpelling(tick time.Time) string { return tick.UTC().Format(typescriptForm) }

// PythonSpelling is how the Python SDK writes a tick, in the zone of its schedule.
func PythonSpelling(tick time.Time) string { return tick.Format(pythonLayout(tick)) }

// JavaSpelling is how the Java SDK writes a tick that it fires, in the zone of its schedule.
func JavaSpelling(tick time.Time) string {
	if tick.Second() == 0 {
		return tick.Format(javaMinuteForm)
	}
	return tick.Format(javaForm)
}

// javaBackfillSpelling is how it writes one that it makes up for.
func javaBackfillSpelling(tick time.Time) string {
	return JavaSpelling(tick) + "[" + tick.Location().String() + "]"
}

// Spellings are all texts a tick may have in the id of a workflow, each once and Spelling first: in UTC, and as Go,
// Python and Java write it in each of the zones.
func Spellings(tick time.Time, zones ...*time.Location) []string {
	list := []string{Spelling(tick), TypeScriptSpelling(tick)}
	for _, zone := range append([]*time.Location{time.UTC}, zones...) {
		local := tick.In(zone)
		for _, text := range []string{PythonSpelling(local), local.Format(goForm), JavaSpelling(local), javaBackfillSpelling(local)} {
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
