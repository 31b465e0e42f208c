package owner

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/cron"
)

// Cron returns the dialect in which the SDK reads cron texts: Go's for an unknown one.
func (s SDK) Cron() cron.Dialect {
	switch s {
	case Python:
		return cron.Python
	case TypeScript:
		return cron.TypeScript
	case Java:
		return cron.Java
	}
	return cron.Go
}

// Tick returns the text of a tick in the id of its run. Each SDK looks for its own spelling only,
// so it would run a tick again whose run has another spelling.
func (s SDK) Tick(tick time.Time, zone *time.Location) string {
	switch s {
	case Python:
		return cron.PythonSpelling(tick.In(zone))
	case TypeScript:
		return cron.TypeScriptSpelling(tick)
	case Java:
		return cron.JavaSpelling(tick.In(zone))
	}
	return cron.Spelling(tick)
}

// EncodeContext returns the context of a schedule as applications of the SDK read it.
func (s SDK) EncodeContext(context any) (string, error) {
	switch s {
	case Python:
		return codec.EncodePickle(context)
	case TypeScript:
		return codec.EncodeSuperJSON(context)
	case Java:
		return codec.EncodeJackson(context)
	}
	return codec.EncodeJSON(context, "")
}

// InputContext returns the context of a schedule as the input of a run holds it: stored is the text
// as the application wrote it, if an input can contain that, and otherwise decoded is its value.
func (s SDK) InputContext(stored string, decoded any) any {
	if s == Python && codec.RawPickle(stored).CanNest() {
		return codec.RawPickle(stored)
	}
	if s == Java && stored != "" && s.Reads(stored) {
		return json.RawMessage(stored)
	}
	return decoded
}

// A scheduledInput is the input of a scheduled run in the form of the Go SDK.
type scheduledInput struct {
	ScheduledTime string          `json:"scheduled_time"`
	Context       json.RawMessage `json:"context,omitempty"`
}

// RunInput returns the input of a scheduled run: the time and the context, in the form that the SDK
// uses for its own runs. Python has the time of a tick in the schedule's zone.
func (s SDK) RunInput(at time.Time, stored string, decoded any) (any, error) {
	switch s {
	case Python:
		return codec.PythonArgs{at, s.InputContext(stored, decoded)}, nil
	case TypeScript:
		return codec.TypeScriptArgs{at.UTC(), decoded}, nil
	case Java:
		return codec.JavaArgs{at, s.InputContext(stored, decoded)}, nil
	}
	input := scheduledInput{ScheduledTime: at.UTC().Format(time.RFC3339Nano)}
	if decoded != nil {
		text, err := codec.EncodeJSON(decoded, "")
		if err != nil {
			return nil, fmt.Errorf("the context: %w", err)
		}
		input.Context = json.RawMessage(text)
	}
	return input, nil
}

// ScheduleClass returns the class column of a schedule. TypeScript applications run a plain
// function only if the class is the empty text. Java has no plain functions, and one schedule
// without a class keeps an application from running its other schedules.
func (s SDK) ScheduleClass(class string) (*string, error) {
	switch {
	case s == Java && class == "":
		return nil, fmt.Errorf("a workflow of the Java SDK has a class: workflow_class_name is missing")
	case s != TypeScript && class == "":
		return nil, nil
	}
	return &class, nil
}

// A StoredSchedule holds the columns of a schedule that decide which SDKs can run it. A nil column
// is NULL.
type StoredSchedule struct {
	Schedule, Context string
	Timezone, Class   *string
}

// Trouble returns the reason why applications of the SDK cannot read or run the schedule, or "".
func (s SDK) Trouble(stored StoredSchedule) string {
	application := "an application of the " + s.Title() + " SDK"
	if !s.Reads(stored.Context) {
		return fmt.Sprintf("its context is %s, which %s cannot read", FormOf(stored.Context).Name, application)
	}
	zone := ""
	if stored.Timezone != nil {
		zone = *stored.Timezone
	}
	if _, err := cron.ParseAs(s.Cron(), stored.Schedule, zone); err != nil {
		return fmt.Sprintf("its cron text %q: %v", stored.Schedule, err)
	}
	switch {
	case s == Go && stored.Timezone == nil:
		return application + " cannot read any schedule beside one whose time zone is NULL"
	case s == Go && len(strings.Fields(stored.Schedule)) == 5:
		return application + " ignores a cron text of five fields"
	case s == Java && stored.Timezone != nil && zone == "":
		return application + " cannot read any schedule beside one whose time zone is empty"
	case s == Java && stored.Class == nil:
		return application + " fails at a schedule whose class is NULL"
	case s == TypeScript && stored.Class == nil:
		return application + " never runs a schedule whose class is NULL"
	}
	return ""
}
