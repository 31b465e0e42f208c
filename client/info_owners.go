package client

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/owner"
)

// An OwnerInfo is an application with the SDK that its rows show.
type OwnerInfo struct {
	Application string `json:"application,omitempty" doc:"The application's name; nil for rows without an owner."`
	SDK         SDK    `json:"sdk,omitempty" doc:"Its SDK, as its rows show it; nil if they show none."`
	Why         string `json:"why" doc:"The rows that show it."`
}

// An UnreadableSchedule is a schedule that its application cannot read or run. It may keep the
// application from running other schedules.
type UnreadableSchedule struct {
	ScheduleName string `json:"schedule_name" doc:"The schedule's name."`
	Reason       string `json:"reason" doc:"The problem."`
	Repair       string `json:"repair" doc:"The call that writes it anew."`
}

// A storedSchedule holds the columns of a schedule that decide which SDKs can read it.
type storedSchedule struct {
	name, workflow, class, schedule, context, timezone, queue, owner db.Text
}

const selectStoredSchedules = `
SELECT ws.schedule_name, ws.workflow_name, ws.workflow_class_name, ws.schedule, ws.context, ws.cron_timezone, ws.queue_name,
	{if workflow_schedules.application_name|ws.application_name}{unless workflow_schedules.application_name|NULL}
FROM {workflow_schedules} AS ws ORDER BY ws.schedule_name`

// ownersPlan reads the evidence of the SDKs, and the stored schedules.
func ownersPlan(b *db.Batch, evidence *owner.Evidence, schedules *[]storedSchedule) {
	owner.Read(b, evidence)
	db.Collect(b, schedules, selectStoredSchedules, noArgs, func(row db.Row) (s storedSchedule, err error) {
		err = row.Scan(&s.name, &s.workflow, &s.class, &s.schedule, &s.context, &s.timezone, &s.queue, &s.owner)
		return s, err
	})
}

// setOwners sets the SDK of each application, and the schedules that their application cannot read.
func (i *Info) setOwners(evidence owner.Evidence, schedules []storedSchedule, stated SDK) {
	names := slices.Clone(i.Applications)
	unclaimed := evidence.Application("")
	if len(names) == 0 || unclaimed.SDK != "" {
		names = append(names, "")
	}
	var families []string
	for _, name := range names {
		verdict := evidence.Application(name)
		if stated != "" {
			verdict = owner.Verdict{SDK: stated, Why: "stated"}
		}
		i.Owners = append(i.Owners, OwnerInfo{name, verdict.SDK, verdict.Why})
		if family := verdict.SDK.Title(); verdict.SDK != "" && !slices.Contains(families, family) {
			families = append(families, family)
		}
	}
	i.Family = cmp.Or(strings.Join(families, ", "), "unknown")
	for _, s := range schedules {
		sdk := cmp.Or(stated, evidence.Judge(s.owner.String, s.workflow.String).SDK)
		if reason := s.trouble(sdk); sdk != "" && reason != "" {
			i.UnreadableSchedules = append(i.UnreadableSchedules, UnreadableSchedule{s.name.String, reason, s.repair(sdk)})
		}
	}
}

// trouble returns the reason why applications of an SDK cannot read or run the schedule, or "".
func (s storedSchedule) trouble(sdk SDK) string {
	return sdk.Trouble(owner.StoredSchedule{Schedule: s.schedule.String, Context: s.context.String,
		Timezone: text(s.timezone), Class: text(s.class)})
}

// text returns a column as a pointer, nil if it is NULL.
func text(column db.Text) *string {
	if !column.Valid {
		return nil
	}
	return &column.String
}

// repair returns the Lua call that writes the schedule in the form of the SDK.
func (s storedSchedule) repair(sdk SDK) string {
	options := []struct{ key, value string }{
		{"schedule_name", s.name.String}, {"workflow_name", s.workflow.String}, {"schedule", s.schedule.String},
		{"workflow_class_name", s.class.String}, {"cron_timezone", s.timezone.String}, {"queue_name", s.queue.String},
	}
	var fields []string
	for _, option := range options {
		if option.value != "" {
			fields = append(fields, option.key+" = "+luaText(option.value))
		}
	}
	if s.context.String != "" && s.context.String != "null" {
		fields = append(fields, "context = dbos.get_schedule("+luaText(s.name.String)+").context")
	}
	fields = append(fields, "sdk = "+luaText(string(sdk)))
	return "dbos.apply_schedules{{" + strings.Join(fields, ", ") + "}}"
}

// knownStatuses returns the states in the order of reports: waiting, then running, then ended
// workflows.
func knownStatuses() []WorkflowStatusType {
	return []WorkflowStatusType{WorkflowStatusDelayed, WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusSuccess,
		WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}
}

// statusOrder returns the place of a state in reports; unknown states come last.
func statusOrder(status WorkflowStatusType) int {
	order := knownStatuses()
	if at := slices.Index(order, status); at >= 0 {
		return at
	}
	return len(order)
}
