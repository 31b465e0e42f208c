package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	selectSchedules = `SELECT ` + scheduleColumns + ` FROM {workflow_schedules} AS ws`

	selectSchedule = selectSchedules + ` WHERE ws.schedule_name = :name`

	selectScheduleNames = `SELECT schedule_name FROM {workflow_schedules} ORDER BY schedule_name LIMIT 1000`

	setScheduleStatus = `UPDATE {workflow_schedules} SET status = :status WHERE schedule_name = :name AND (status IS NULL OR status <> :status)`

	deleteSchedule = `DELETE FROM {workflow_schedules} WHERE schedule_name = :name`
)

var errNamelessSchedule = errors.New("the schedule has no name")

// ListSchedulesOptions select schedules. A schedule matches if it matches every field that is set,
// and it matches a list if it matches one of its values. A nil list matches everything; a list that
// is empty but not nil matches nothing. Empty strings in a list are ignored, and refused in Lua.
type ListSchedulesOptions struct {
	Status             []ScheduleStatus `json:"status" doc:"Only schedules in one of these states." enum:"ACTIVE,PAUSED"`
	WorkflowName       []string         `json:"workflow_name" doc:"Only schedules of one of these workflows." nonempty:"true"`
	ScheduleName       []string         `json:"schedule_name" doc:"Only schedules with one of these names." nonempty:"true"`
	ScheduleNamePrefix []string         `json:"schedule_name_prefix" doc:"Only schedules whose name starts with one of these texts, taken literally." nonempty:"true"`
	ApplicationName    []string         `json:"application_name" doc:"Only schedules of one of these applications." nonempty:"true"`
	ScheduleNames      []string         `json:"schedule_names" doc:"The same as schedule_name; both must match." nonempty:"true"`
	ApplicationNames   []string         `json:"application_names" doc:"The same as application_name; both must match." nonempty:"true"`
}

// A ListSchedulesOption sets one of the ListSchedulesOptions.
type ListSchedulesOption func(*ListSchedulesOptions)

// WithListSchedulesOptions sets all options at once.
func WithListSchedulesOptions(options ListSchedulesOptions) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { *o = options }
}

// WithScheduleStatuses selects schedules by state.
func WithScheduleStatuses(statuses ...ScheduleStatus) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { o.Status = given(statuses) }
}

// WithScheduleWorkflowNames selects schedules by the workflow they start.
func WithScheduleWorkflowNames(names ...string) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { o.WorkflowName = given(names) }
}

// WithScheduleNames selects schedules by name.
func WithScheduleNames(names ...string) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { o.ScheduleName = given(names) }
}

// WithScheduleNamePrefixes selects schedules by the start of their name. Case counts, and % and _
// are literal (in the Go SDK they are wildcards).
func WithScheduleNamePrefixes(prefixes ...string) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { o.ScheduleNamePrefix = given(prefixes) }
}

// WithScheduleApplicationNames selects schedules by the application that owns them. It needs a
// newer schema: otherwise the list returns Unsupported.
func WithScheduleApplicationNames(names ...string) ListSchedulesOption {
	return func(o *ListSchedulesOptions) { o.ApplicationName = given(names) }
}

func (c *systemClient) ListSchedules(opts ...ListSchedulesOption) ([]WorkflowSchedule, error) {
	const op = "list schedules"
	return c.schedules(op, c.scheduleFilter(apply(opts)))
}

func (c *systemClient) schedules(op string, f *where.Filter) ([]WorkflowSchedule, error) {
	if f.Err != nil || f.Nothing {
		return []WorkflowSchedule{}, failure(op, f.Err)
	}
	var found []WorkflowSchedule
	err := c.read(op, func(b *db.Batch) {
		db.Collect(b, &found, selectSchedules+f.SQL()+"\nORDER BY ws.schedule_name", f.Args, scanSchedule)
	})
	return notNil(found), err
}

func scanSchedule(row db.Row) (WorkflowSchedule, error) {
	var r scheduleRow
	err := row.Scan(r.targets()...)
	return r.record(), err
}

func (c *systemClient) scheduleFilter(o ListSchedulesOptions) *where.Filter {
	f := c.newFilter("workflow_schedules")
	f.AnyOf("status", words(o.Status))
	f.AnyOf("workflow_name", o.WorkflowName)
	f.AnyOf("schedule_name", both(o.ScheduleName, o.ScheduleNames))
	f.Prefixes("schedule_name", o.ScheduleNamePrefix)
	applications := both(o.ApplicationName, o.ApplicationNames)
	f.AnyOf("application_name", applications)
	c.ownRows(f, applications, nil)
	return f
}

// both returns the values that are in both lists; a nil list has all values.
func both(one, other []string) []string {
	switch {
	case one == nil:
		return other
	case other == nil:
		return one
	}
	return given(slices.DeleteFunc(slices.Clone(one), func(value string) bool { return !slices.Contains(other, value) }))
}

func (c *systemClient) GetSchedule(scheduleName string) (*WorkflowSchedule, error) {
	const op = "get schedule"
	if scheduleName == "" {
		return nil, &Error{Code: InvalidOption, Op: op, Err: errNamelessSchedule}
	}
	return c.retrieveSchedule(op, scheduleName)
}

// retrieveSchedule returns a schedule, or nil if there is none.
func (c *systemClient) retrieveSchedule(op, name string) (found *WorkflowSchedule, err error) {
	err = c.read(op, func(b *db.Batch) { db.One(b, &found, selectSchedule, query.Args{"name": name}, scanScheduleRecord) })
	return found, err
}

func scanScheduleRecord(row db.Row) (*WorkflowSchedule, error) {
	record, err := scanSchedule(row)
	return &record, err
}

func (c *systemClient) PauseSchedule(scheduleName string) error {
	return c.setScheduleStatus("pause schedule", scheduleName, ScheduleStatusPaused)
}

func (c *systemClient) ResumeSchedule(scheduleName string) error {
	return c.setScheduleStatus("resume schedule", scheduleName, ScheduleStatusActive)
}

func (c *systemClient) setScheduleStatus(op, name string, status ScheduleStatus) error {
	if name == "" {
		return &Error{Code: InvalidOption, Op: op, Err: errNamelessSchedule}
	}
	s := &write{Change: Change{Op: op, Of: Schedules, IDs: []string{name}, To: string(status)}}
	there, sent := false, false // a dry run sends nothing
	s.verify = func() error {
		if sent && !there {
			return c.noSuchSchedule(op, name)
		}
		return nil
	}
	s.send = func(w *writer) error {
		last, err := w.write(func(b *db.Batch) {
			there, sent = false, true
			formerSchedule(b, &s.Change, name, &there)
			b.Exec(setScheduleStatus, query.Args{"name": name, "status": string(status)}, &s.Changed)
		})
		if last.AnswerLost {
			s.Former = nil
		}
		if s.Changed == 0 && there && last.AnswerLost { // the first try has changed it
			s.Changed = 1
		}
		return err
	}
	return c.apply(s)
}

func (c *systemClient) DeleteSchedule(scheduleName string) error {
	return c.dropSchedule(scheduleName, false)
}

func (c *systemClient) RemoveSchedule(scheduleName string) error {
	return c.dropSchedule(scheduleName, true)
}

// dropSchedule deletes a schedule. If there is none and it must exist, it returns ScheduleNotFound,
// which takes a round trip more.
func (c *systemClient) dropSchedule(name string, mustExist bool) error {
	const op = "delete schedule"
	if name == "" {
		return &Error{Code: InvalidOption, Op: op, Err: errNamelessSchedule}
	}
	var last db.Attempt
	s := &write{Change: Change{Op: op, Of: Schedules, IDs: []string{name}}}
	s.verify = func() error {
		if mustExist && s.Changed == 0 && !last.AnswerLost {
			return c.noSuchSchedule(op, name)
		}
		return nil
	}
	s.send = func(w *writer) (err error) {
		if mustExist { // after a lost answer nothing shows whether it was there
			if there, err := c.exists(op, selectNamedSchedules, name); err != nil || !there {
				return err
			}
		}
		last, err = w.write(func(b *db.Batch) { b.Exec(deleteSchedule, query.Args{"name": name}, &s.Changed) })
		return err
	}
	return c.apply(s)
}

// exists returns true if a query of named things finds the name.
func (c *systemClient) exists(op, text, name string) (there bool, err error) {
	err = c.read(op, func(b *db.Batch) { db.Exists(b, &there, text, query.Args{"ids": []string{name}}) })
	return there, err
}

// noSuchSchedule returns ScheduleNotFound, with the nearest name in the message.
func (c *systemClient) noSuchSchedule(op, name string) error {
	names, err := c.view.scheduleNames(op)
	if err != nil {
		return err
	}
	return &Error{Code: ScheduleNotFound, Op: op, ScheduleName: name,
		Message: fmt.Sprintf("there is no schedule %q%s", name, nearest.Among(name, names, "schedules"))}
}

func (c *systemClient) scheduleNames(op string) (names []string, err error) {
	err = c.read(op, func(b *db.Batch) { db.Texts(b, &names, selectScheduleNames, noArgs) })
	return names, err
}
