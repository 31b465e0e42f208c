package schema

import "strings"

// Capability is something that only some of the databases that pass Check can do.
type Capability string

// The capabilities, oldest first. An owning application is recorded per table, and came to them
// one by one.
const (
	Attributes          Capability = "attributes"
	ScheduleName        Capability = "schedule_name"
	Debounce            Capability = "debounce"
	ApplicationName     Capability = "application_name"
	QueueApplication    Capability = "application_name of queues"
	ScheduleApplication Capability = "application_name of schedules"
	VersionApplication  Capability = "application_name of versions"
	StepApplication     Capability = "application_name of steps"
	PartitionLimits     Capability = "partition limits"
	PayloadSplit        Capability = "payload split"
	MessageConsumer     Capability = "consumer of messages"
	CreatorXID          Capability = "creator_xid"
)

// Capabilities lists them all.
func Capabilities() []Capability {
	return []Capability{
		Attributes, ScheduleName, Debounce, ApplicationName, QueueApplication, ScheduleApplication,
		VersionApplication, StepApplication, PartitionLimits, PayloadSplit, MessageConsumer, CreatorXID,
	}
}

// columns returns the columns that a database must have for the capability, or none for an
// unknown word.
//
// PayloadSplit: input and outcome of a workflow are in tables of their own. CreatorXID: owner_xid
// names the executor that may write the outcome, so every operation that takes a workflow from
// its executor clears it.
func (c Capability) columns() []Column {
	switch c {
	case Attributes:
		return columnsOf("workflow_status", "attributes")
	case ScheduleName:
		return columnsOf("workflow_status", "schedule_name")
	case Debounce:
		return columnsOf("workflow_status", "debounce_deadline_epoch_ms", "is_debounced")
	case ApplicationName:
		return columnsOf("workflow_status", "application_name")
	case QueueApplication:
		return columnsOf("queues", "application_name")
	case ScheduleApplication:
		return columnsOf("workflow_schedules", "application_name")
	case VersionApplication:
		return columnsOf("application_versions", "application_name")
	case StepApplication:
		return columnsOf("operation_outputs", "application_name")
	default:
		return c.laterColumns()
	}
}

// laterColumns returns the columns of capabilities that came after Version.
func (c Capability) laterColumns() []Column {
	switch c {
	case PartitionLimits:
		return columnsOf("queues", "partition_concurrency", "partition_worker_concurrency",
			"partition_rate_limit_max", "partition_rate_limit_period_sec")
	case PayloadSplit:
		input := columnsOf("workflow_input", "workflow_uuid", "inputs")
		return append(input, columnsOf("workflow_output", "workflow_uuid", "output", "error")...)
	case MessageConsumer:
		return columnsOf("notifications", "consumed_by_function_id")
	case CreatorXID:
		return columnsOf("workflow_status", "creator_xid")
	}
	return nil
}

func columnsOf(table string, names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i] = Column{Table: table, Column: name}
	}
	return columns
}

// Supports says whether the database has all that the capability needs.
func (s Shape) Supports(c Capability) bool {
	return len(c.columns()) > 0 && len(s.lacking(c)) == 0
}

// Missing names the columns that the capability needs and the database lacks, as the text of an
// error: "workflow_status.attributes". Empty when nothing is missing.
func (s Shape) Missing(c Capability) string {
	var names []string
	for _, column := range s.lacking(c) {
		names = append(names, column.String())
	}
	return strings.Join(names, ", ")
}

func (s Shape) lacking(c Capability) []Column {
	var lacking []Column
	for _, column := range c.columns() {
		if !s.Has(column.Table, column.Column) {
			lacking = append(lacking, column)
		}
	}
	return lacking
}
