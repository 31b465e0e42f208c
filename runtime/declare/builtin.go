package declare

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/ncruces/go-strftime"
)

// Failure is an error as scripts catch it: the object dbos.Error. The bridge, which raises errors
// in Lua, implements it.
type Failure interface {
	error
	ErrorCode() string // empty if it has none
	Message() string   // the text without the place
	ErrorHint() string // empty if there is none
	Where() string     // file:line of the script, empty outside of one
	Cause() any        // the error below it, nil if there is none
	// Detail returns the value of a field such as workflow_id, or nil if the error has none.
	Detail(name string) any
}

// builtinClasses are the classes that every registry has.
var builtinClasses = sync.OnceValue(func() []*Class {
	return []*Class{errorClass(), timeClass(), integerClass(), decimalClass()}
})

func errorClass() *Class {
	c := ClassOf[Failure]("dbos.Error", "An error as a script catches it. It is also text: string methods, `..` and `#` work on its message.").TextLike()
	c.With(
		Get("code", "A word for the kind of error, such as `NonExistentWorkflow`; nil when it has none.", func(f Failure) *string { return orNil(f.ErrorCode()) }),
		Get("message", "What went wrong.", Failure.Message),
		Get("hint", "What to do about it; nil if there is no hint.", func(f Failure) *string { return orNil(f.ErrorHint()) }),
		Get("where", "The line of the script that raised it, as `file:line`; nil for an error read from the database.", func(f Failure) *string { return orNil(f.Where()) }),
		Get("cause", "The error below this one, such as the stored error of a failed workflow; nil when there is none.", Failure.Cause),
	)
	for _, d := range textDetails() {
		c.With(Get(d[0], d[1], textDetail(d[0])))
	}
	return c.With(
		Get("step_id", "The step it is about.", func(f Failure) any { return f.Detail("step_id") }),
		Get("data", "Data that a workflow attached to its own error.", func(f Failure) any { return f.Detail("data") }),
		Get("timeout", "The time waited, in seconds.", func(f Failure) any { return f.Detail("timeout") }),
	)
}

func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// textDetail returns the getter of a detail that scripts see as text, whatever its Go type. The
// getter returns nil if there is no such detail or it is empty.
func textDetail(name string) func(Failure) *string {
	return func(f Failure) *string {
		v := f.Detail(name)
		if v == nil {
			return nil
		}
		return orNil(fmt.Sprint(v))
	}
}

// textDetails returns the name and the doc string of each detail that is text.
func textDetails() [][2]string {
	return [][2]string{
		{"workflow_id", "The workflow it is about; nil when it is about none."},
		{"queue_name", "The queue it is about."},
		{"deduplication_id", "The deduplication id that is in use."},
		{"schedule_name", "The schedule it is about."},
		{"workflow_name", "The name of the workflow function."},
		{"step_name", "The name of the step."},
		{"name", "The name of a workflow's own error, such as `ValueError`."},
		{"stack", "The trace stored with a workflow's own error."},
		{"status", "The state the workflow is in."},
	}
}

type formatArgs struct {
	Layout string `arg:"layout" doc:"A layout of strftime, such as \"%Y-%m-%d %H:%M\", or of Go, such as \"2006-01-02 15:04\"."`
	TZ     string `json:"tz" doc:"IANA time zone to write the time in." default:"UTC" nonempty:"true"`
}

func timeClass() *Class {
	c := ClassOf[time.Time]("time", "A moment. `tostring` returns RFC 3339 in UTC; `t1 < t2`, `t1 - t2` (seconds), `t + \"1h\"` and `t - \"1h\"` work.")
	c.AsData().Shown(func(v any) string { return TimeText(v.(time.Time)) })
	c.With(
		timeField("year", "The year, in UTC as are all of these.", time.Time.Year),
		timeField("month", "1 to 12.", func(t time.Time) int { return int(t.Month()) }),
		timeField("day", "Day of the month, 1 to 31.", time.Time.Day),
		timeField("hour", "0 to 23.", time.Time.Hour),
		timeField("min", "0 to 59.", time.Time.Minute),
		timeField("sec", "0 to 59.", time.Time.Second),
		timeField("weekday", "1 (Sunday) to 7 (Saturday).", func(t time.Time) int { return int(t.Weekday()) + 1 }),
		timeField("yday", "Day of the year, 1 to 366.", time.Time.YearDay),
	)
	return c.Having(unixMethod(), unixMillisMethod(), formatMethod())
}

// timeField returns a field of a time, read in UTC.
func timeField(name, doc string, get func(time.Time) int) Field {
	return Get(name, doc, func(t time.Time) int { return get(t.UTC()) })
}

func unixMethod() Func {
	return Method("unix", "Seconds since 1970, with a fraction to the microsecond.",
		func(_ context.Context, t time.Time, _ None) (float64, error) {
			return float64(t.UnixMicro()) / 1e6, nil
		}).Pure().
		Returning("the seconds").
		Example(`print(require("time").now():unix())`)
}

func unixMillisMethod() Func {
	return Method("unix_ms", "Milliseconds since 1970, as the database stores times.",
		func(_ context.Context, t time.Time, _ None) (int64, error) { return t.UnixMilli(), nil }).Pure().
		Returning("the milliseconds").
		Example(`print(require("time").now():unix_ms())`)
}

func formatMethod() Func {
	return Method("format", "Writes the time by a layout, in the words of `os.date` or of Go.",
		func(_ context.Context, t time.Time, a formatArgs) (string, error) {
			return FormatTime(t, a.Layout, a.TZ)
		}).Pure().
		Returning("the text").
		Example(`print(require("time").now():format("%Y-%m-%d %H:%M", {tz = "Europe/Berlin"}))`)
}

// FormatTime returns a time as text, in the IANA time zone tz, or in UTC if tz is empty. A layout
// with a % is one of strftime, any other one of Go. It returns an *ArgumentError if the time zone
// is unknown.
func FormatTime(t time.Time, layout, tz string) (string, error) {
	zone, err := time.LoadLocation(tz)
	if err != nil {
		return "", BadArgument("tz", "unknown time zone %q", tz)
	}
	if !strings.Contains(layout, "%") {
		return t.In(zone).Format(layout), nil
	}
	return strftime.Format(layout, t.In(zone)), nil
}

// TimeText returns a time as RFC 3339 in UTC: without a fraction if it is a whole second, with
// three digits if it is a whole millisecond, else with as many digits as it needs.
func TimeText(t time.Time) string {
	t = t.UTC()
	layout := "2006-01-02T15:04:05.999999999Z"
	if ns := t.Nanosecond(); ns != 0 && ns%int(time.Millisecond) == 0 {
		layout = "2006-01-02T15:04:05.000Z"
	}
	return t.Format(layout)
}

func integerClass() *Class {
	c := ClassOf[*big.Int]("integer", "An exact integer beyond 2^53, where Lua's numbers lose digits. Arithmetic with whole numbers is exact.")
	c.AsData().Shown(func(v any) string { return v.(*big.Int).String() })
	c.Having(compareInteger())
	return c.Having(Method("tonumber", "The nearest Lua number.",
		func(_ context.Context, i *big.Int, _ None) (float64, error) {
			f, _ := new(big.Float).SetInt(i).Float64()
			return f, nil
		}).Pure().
		Returning("the number").
		Example(`print(require("json").decode("9223372036854775807"):tonumber())`))
}

// compareInteger returns the method compare. It exists because Lua's operators cannot compare an
// integer with a number: they call a metamethod only for two values of one type.
func compareInteger() Func {
	type args struct {
		Other Raw `arg:"other" doc:"A number or an integer."`
	}
	return Method("compare", "Compares exactly with a number or another integer.",
		func(_ context.Context, i *big.Int, a args) (int, error) {
			switch other := a.Other.Native().(type) {
			case *big.Int:
				return i.Cmp(other), nil
			case float64:
				if other == other { // not NaN
					return new(big.Float).SetInt(i).Cmp(big.NewFloat(other)), nil
				}
			}
			return 0, BadArgument("other", "number or integer expected, got %s", a.Other.Type())
		}).Pure().
		Returning("-1, 0 or 1: it is less, equal or greater").
		Notes("`big < 5` is an error, because Lua 5.1 compares values of two types with none of its operators, and `big == 5` is false.").
		Example(`print(require("json").decode("9223372036854775807"):compare(5) > 0)`)
}

func decimalClass() *Class {
	c := ClassOf[json.Number]("decimal", "A number that a Lua number cannot hold, such as 1e400, kept as it is written.")
	c.AsData().Shown(func(v any) string { return v.(json.Number).String() })
	return c.Having(Method("tonumber", "The nearest Lua number; infinite when it is too large.",
		func(_ context.Context, n json.Number, _ None) (float64, error) {
			f, _ := n.Float64()
			return f, nil
		}).Pure().
		Returning("the number").
		Example(`print(require("json").decode("1e400"):tonumber())`))
}
