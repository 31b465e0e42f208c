package cron

import (
	"slices"
	"strings"
	"time"
)

// The forms in which the SDKs write a tick into the id of its workflow. Go writes a zone without
// offset as Z, Python as +00:00; TypeScript writes UTC with milliseconds; Java leaves out seconds
// that are 0, and may add the name of the zone in brackets.
const (
	goForm           = time.RFC3339
	pythonForm       = "2006-01-02T15:04:05-07:00"
	pythonLongOffset = "2006-01-02T15:04:05-07:00:00"
	typescriptForm   = "2006-01-02T15:04:05.000Z"
	javaForm         = "2006-01-02T15:04:05Z07:00"
	javaMinuteForm   = "2006-01-02T15:04Z07:00"
)

// Spelling returns a tick as the Go SDK writes it in UTC, which is the form that this module uses.
func Spelling(tick time.Time) string { return tick.UTC().Format(goForm) }

// TypeScriptSpelling returns a tick as the TypeScript SDK writes it: in UTC, with milliseconds.
func TypeScriptSpelling(tick time.Time) string { return tick.UTC().Format(typescriptForm) }

// PythonSpelling returns a tick as the Python SDK writes it. tick must be in the zone of its
// schedule.
func PythonSpelling(tick time.Time) string { return tick.Format(pythonLayout(tick)) }

// JavaSpelling returns a tick as the Java SDK writes it. tick must be in the zone of its schedule.
func JavaSpelling(tick time.Time) string {
	if tick.Second() == 0 {
		return tick.Format(javaMinuteForm)
	}
	return tick.Format(javaForm)
}

// Spellings returns all texts that a tick may have in the id of a workflow: the spellings of all
// SDKs in UTC, and those of Go, Python and Java in each of the zones. Each text is there once, and
// the one that Spelling returns is the first.
func Spellings(tick time.Time, zones ...*time.Location) []string {
	list := append(make([]string, 0, 8), Spelling(tick), TypeScriptSpelling(tick))
	list = appendSpellings(list, tick.UTC())
	for i, zone := range zones {
		if zone != time.UTC && !slices.Contains(zones[:i], zone) {
			list = appendSpellings(list, tick.In(zone))
		}
	}
	return list
}

// appendSpellings adds the spellings that Go, Python and Java have for a tick in its zone, unless
// the list has them. It formats the tick once, for Go, and cuts the others out of that text,
// because a backfill needs them for thousands of ticks, and to format each takes longer than to
// insert its row.
func appendSpellings(list []string, local time.Time) []string {
	text := local.Format(goForm)
	clock, offset := text[:len(text)-1], "Z"
	if !strings.HasSuffix(text, offset) {
		clock, offset = text[:len(text)-len("-07:00")], text[len(text)-len("-07:00"):]
	}
	python := clock + offset
	if _, seconds := local.Zone(); seconds%60 != 0 {
		python = local.Format(pythonLongOffset)
	} else if offset == "Z" {
		python = clock + "+00:00"
	}
	java := clock + offset
	if local.Second() == 0 {
		java = clock[:len(clock)-len(":00")] + offset
	}
	all := append(make([]string, 0, 4), python, text, java)
	if zone := local.Location().String(); zone != "" && zone != "Local" { // these are no names of zones
		all = append(all, java+"["+zone+"]")
	}
	for _, text := range all {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// pythonLayout returns the layout of Python's spelling. It shows the seconds of an offset that has
// some, as local mean times have.
func pythonLayout(local time.Time) string {
	if _, offset := local.Zone(); offset%60 != 0 {
		return pythonLongOffset
	}
	return pythonForm
}

// ReadSpelling returns the tick, in UTC, that a text from the id of a workflow stands for. It reads
// every text that Spellings returns. The second result is false if the text is no time.
func ReadSpelling(text string) (time.Time, bool) {
	if before, _, named := strings.Cut(text, "["); named { // the name of Java's zone
		text = before
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05Z07:00:00", javaMinuteForm} {
		if tick, err := time.Parse(form, text); err == nil {
			return tick.UTC(), true
		}
	}
	return time.Time{}, false
}
