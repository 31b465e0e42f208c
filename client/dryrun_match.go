package client

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The conditions of a list, for rows that are in no database because a dry run has planned them.

// selects returns true if the list is nil or has the value. Empty texts in a list are ignored, and
// a list of these alone selects everything, as in where.Filter.AnyOf.
func selects[S ~string](list []S, value S) bool {
	return list == nil || slices.Contains(list, value) && value != "" ||
		len(list) > 0 && !slices.ContainsFunc(list, func(s S) bool { return s != "" })
}

func selectsPrefix(list []string, value string) bool {
	kept := where.WithoutEmpty(list)
	return list == nil || len(list) > 0 && len(kept) == 0 ||
		slices.ContainsFunc(kept, func(prefix string) bool { return strings.HasPrefix(value, prefix) })
}

func selectsFlag(wanted *bool, value bool) bool { return wanted == nil || *wanted == value }

// within returns true if a time is between two bounds. A zero bound is no bound; a zero time is
// only within if both are zero.
func within(t, from, to time.Time) bool {
	if from.IsZero() && to.IsZero() {
		return true
	}
	return !t.IsZero() && !t.Before(from.Truncate(time.Millisecond)) && (to.IsZero() || !t.After(to))
}

// asStored returns the attributes as they are read from a database.
func asStored(attributes map[string]any) map[string]any {
	text, err := codec.EncodeJSON(attributes, "")
	if err != nil {
		return nil
	}
	read, _ := codec.Encoded{Text: text}.Decode().(map[string]any)
	return read
}

// contains returns true if a map has all members of another one, also of the maps in it.
func contains(have, want map[string]any) bool {
	for key, value := range want {
		found, has := have[key]
		inner, isMap := value.(map[string]any)
		held, heldIsMap := found.(map[string]any)
		switch {
		case !has || isMap != heldIsMap:
			return false
		case isMap && !contains(held, inner), !isMap && !reflect.DeepEqual(found, value):
			return false
		}
	}
	return true
}

// match returns true if a schedule matches the conditions on its definition.
func (o ListSchedulesOptions) match(s WorkflowSchedule, app string) bool {
	applications := both(o.ApplicationName, o.ApplicationNames)
	return selects(o.WorkflowName, s.WorkflowName) && selects(both(o.ScheduleName, o.ScheduleNames), s.ScheduleName) &&
		selectsPrefix(o.ScheduleNamePrefix, s.ScheduleName) && selects(applications, s.ApplicationName) &&
		(applications != nil || app == "" || s.ApplicationName == "" || s.ApplicationName == app)
}
