// Package client works on the system database of DBOS applications from outside of them. It
// enqueues workflows, lists and reads them, waits for them, and cancels, resumes, forks and deletes
// them. It manages schedules, and sends messages. The database is SQLite, Postgres or CockroachDB.
// Nothing runs in this process: an application has to be listening for a workflow to run.
//
// # Where to start
//
// NewClient connects and returns a [Client], whose methods are all operations. Enqueue and
// NewDebouncerClient are the same with types. A [WorkflowHandle] waits for one workflow. Methods
// with many optional parameters take functions such as WithStatus, or a struct with all of them:
// WithListWorkflowsOptions(ListWorkflowsOptions{…}).
//
//	c, err := client.NewClient(ctx, client.ClientConfig{DatabaseURL: "postgres://…/app_dbos_sys"})
//	if err != nil {
//		return err
//	}
//	defer c.Shutdown(5 * time.Second)
//	states := []client.WorkflowStatusType{client.WorkflowStatusError}
//	failed, err := c.ListWorkflows(client.WithStatus(states))
//
// Names and types are the same as in the client of the DBOS Go SDK. Methods that the SDK does not
// have come last in the interface. A comment says so if a method differs from the SDK's v0.18.
//
// # Databases
//
// An existing database is never migrated. The client reads its tables and columns when it connects.
// If a column is missing, only the operation or filter that needs it returns Unsupported. With
// ClientConfig.Create an empty database gets the tables of the Go SDK.
//
// # Values
//
// Each stored value names its serialization, or shows it by its form. Reading decodes the formats
// of all SDKs to JSON data: nil, bool, string, int64, *big.Int, float64, []any and map[string]any;
// see package codec. A value that cannot be decoded is a codec.Opaque, so it never fails a list.
//
// Writing chooses a format that the application can read. An input is written as the Go SDK writes
// it, or as portable JSON if the application has another SDK. PortableWorkflowArgs,
// codec.PythonArgs, codec.TypeScriptArgs and codec.JavaArgs choose a format themselves. Messages
// are portable JSON. The context of a schedule has the format of the application's SDK; the rows of
// the database show which one that is, unless ClientConfig.SDK or the call says it.
//
// # Round trips
//
// A method sends its statements together and they take effect together, or not at all: in one
// pipelined transaction on Postgres, which is one round trip, and in one immediate transaction on
// SQLite. Some methods read first or afterwards, which is one more.
//
// If the connection is lost, another transaction conflicts, or the file is busy, the statements are
// sent again for up to two minutes, within the context. Ids and times are chosen before the first
// try, so a repeated enqueue, fork or message takes effect once. If the answer was lost for good,
// MayHaveTakenEffect returns true.
//
// # Changes
//
// ClientConfig.Gate is asked before every change. ClientConfig.DryRun reports changes instead of
// making them. ClientConfig.ReadOnly refuses them. A method whose name ends in All, and
// RerunWorkflows, returns a [Report] of each workflow.
//
// # Files
//
// To read the code, begin with api.go, which has all methods; then client.go, which connects them
// with a database; then change.go, which every write goes through. The files of one subject have a
// common prefix:
//
//	change_*    change existing workflows: cancel, resume, delay, delete, fork, rerun; the report
//	enqueue_*   insert workflows: the options, the rows, the check of the target
//	send.go     messages, and the order of their times
//	debounce_*  the states of a debounce key, and the debouncer
//	schedule_*  define, list, apply and run schedules; schedule.go describes their states
//	list_*      filters, rows, pages of a walk, steps
//	wait_*      handles, outcomes, events, streams
//	bulk_*      one change of many workflows, in batches; docs/design/bulk.md explains it
//	prune_*     delete finished workflows, in batches
//	explain_*   why a workflow does not move; explain.go says how the rules are ordered
//	failures*   groups of failed workflows with a common message
//	export_*    write workflows to a file and import them; docs/formats/export.md describes both
//	dryrun_*    the client that previews changes; dryrun.go has a line for each operation
//	info_*      the description of a database, and the SDKs that its rows show
//	queue_*     define, list, pause and describe queues
//	executors*  the executors, their signs of life, and workflows of dead ones
//	connect_*   open the database, alone or in a pool that clients share
//
// The other files hold one subject each: application.go the owner of new rows, rename.go its
// change, aggregate.go counts in groups, versions.go application versions, errors.go the codes, and
// status.go the row of a workflow.
//
// The packages below internal know no operation: db runs statements, query writes them for each
// database, schema and catalog describe the tables, where writes the conditions of a list, poll
// waits, owner finds the SDK that writes a row, and how it writes.
//
// # Struct tags
//
// The fields of option and result structs have their description in a doc tag instead of a comment,
// because the same declaration is the manual of the Lua API: the json tag is the name of the option
// in Lua, and doc is its help text. The tags min, enum, default, required and nonempty are checked
// for Lua; the methods of this package check the same themselves.
package client
