package vm

import (
	"fmt"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"
	lua "github.com/yuin/gopher-lua"
)

// maxDateFormat is how many bytes the format of os.date may have.
const maxDateFormat = 10_000

func osFunctions() []function {
	return []function{{"clock", osClock}, {"date", osDate}, {"difftime", osDifftime}, {"time", osTime}}
}

// osClock returns the time since the state was made, because a script measures its own duration
// with it.
func osClock(L *lua.LState) int {
	v := vmOf(L)
	L.Push(lua.LNumber(v.config.Clock().Sub(v.started).Seconds()))
	return 1
}

func osDifftime(L *lua.LState) int {
	L.Push(lua.LNumber(checkNumber(L, 1) - checkNumber(L, 2)))
	return 1
}

// osDate formats as C's strftime in the C locale. A format that begins with ! is in UTC, and *t
// returns a table.
func osDate(L *lua.LState) int {
	v := vmOf(L)
	format := optText(L, 1, "%c")
	if len(format) > maxDateFormat {
		L.ArgError(1, fmt.Sprintf("the format has more than %d bytes", maxDateFormat))
	}
	moment := v.config.Clock()
	if L.Get(2) != lua.LNil {
		moment = checkMoment(L, 2)
	}
	moment = moment.In(v.config.Location)
	if utc, ok := strings.CutPrefix(format, "!"); ok {
		format, moment = utc, moment.UTC()
	}
	if strings.HasPrefix(format, "*t") {
		L.Push(dateTable(L, moment))
	} else {
		L.Push(lua.LString(strftime.Format(format, moment)))
	}
	return 1
}

// checkMoment is a time in Unix seconds whose year has four digits.
func checkMoment(L *lua.LState, n int) time.Time {
	const year0, year9999 = -62167219200, 253402300799
	seconds := checkNumber(L, n)
	if !(seconds >= year0 && seconds <= year9999) {
		L.ArgError(n, "this is no time between the years 0 and 9999")
	}
	return time.Unix(int64(seconds), 0)
}

func dateTable(L *lua.LState, moment time.Time) *lua.LTable {
	table := L.CreateTable(0, 9)
	for _, field := range []struct {
		name  string
		value int
	}{
		{"year", moment.Year()}, {"month", int(moment.Month())}, {"day", moment.Day()}, {"hour", moment.Hour()},
		{"min", moment.Minute()}, {"sec", moment.Second()}, {"wday", int(moment.Weekday()) + 1}, {"yday", moment.YearDay()},
	} {
		table.RawSetString(field.name, lua.LNumber(field.value))
	}
	table.RawSetString("isdst", lua.LBool(moment.IsDST()))
	return table
}

// osTime is now, or the time that a table of local date fields means. Fields may be out of range:
// day 32 is the first of the next month.
func osTime(L *lua.LState) int {
	v := vmOf(L)
	if L.Get(1) == lua.LNil {
		L.Push(lua.LNumber(v.config.Clock().Unix()))
		return 1
	}
	table := checkTable(L, 1)
	moment := time.Date(dateField(L, table, "year", nil), time.Month(dateField(L, table, "month", nil)),
		dateField(L, table, "day", nil), dateField(L, table, "hour", 12), dateField(L, table, "min", 0),
		dateField(L, table, "sec", 0), 0, v.config.Location)
	if isdst, ok := table.RawGetString("isdst").(lua.LBool); ok {
		moment = moment.Add(daylightShift(bool(isdst), moment.IsDST()))
	}
	L.Push(lua.LNumber(moment.Unix()))
	return 1
}

// daylightShift returns the time to add if a table's isdst disagrees with the clock on that day.
func daylightShift(claimed, actual bool) time.Duration {
	switch {
	case claimed && !actual:
		return -time.Hour
	case !claimed && actual:
		return time.Hour
	}
	return 0
}

// dateField is one field of a date table; fallback is an int, or nil for a field that must be
// there.
func dateField(L *lua.LState, table *lua.LTable, name string, fallback any) int {
	value := table.RawGetString(name)
	number, ok := toNumber(value)
	if value == lua.LNil && fallback != nil {
		return fallback.(int)
	}
	if !ok {
		L.RaiseError("field %q missing in the date table, or no number", name)
	}
	if !(number >= -1e9 && number <= 1e9) {
		L.RaiseError("field %q of the date table is out of range", name)
	}
	return int(number)
}
