// Package client works on the system database of DBOS applications from another process. It
// enqueues workflows, lists and reads them, waits for them, and cancels, resumes, forks and deletes
// them. It manages schedules, and sends messages. The database is SQLite, Postgres or CockroachDB.
// Workflows do not run in this process, but in an application that listens on their queue.
//
// # Where to start
//
// NewClient connects and returns a [Client], whose methods are all operations. Enqueue and
// NewDebouncerClient take a typed input and return a typed result. A [WorkflowHandle] waits for one
// workflow. Methods with many optional parameters take functions such as WithStatus, or a struct
// with all of them:
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
// The methods of the DBOS Go SDK's client come first in the interface, with the same names and
// types. The comment of a method says so if it behaves differently than in v0.18 of the SDK.
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
// A method sends its statements together, and they take effect together or not at all. On Postgres
// they are one pipelined transaction, which is one round trip; on SQLite one immediate transaction.
// Some methods read first or afterwards, which is one more round trip.
//
// If the connection is lost, another transaction conflicts, or the SQLite file is busy, the
// statements are sent again for up to two minutes, or until the context ends. Ids and times are
// chosen before the first attempt, so a repeated enqueue, fork or message takes effect once. If the
// connection was lost before the answer and no attempt got one, nobody knows whether the statements
// took effect: MayHaveTakenEffect returns true for that error.
//
// # Changes
//
// ClientConfig.Gate is asked before every change. ClientConfig.DryRun reports changes instead of
// making them. ClientConfig.ReadOnly refuses them. RerunWorkflows, and each method whose name ends
// in All, returns a [Report] with the outcome for each workflow or schedule; that of RecoverAll is
// part of a [Recovery].
//
// # Files
//
// To read the code, begin with the methods: api.go has those of the SDK and most others, and
// api_admin.go and api_history.go have the rest. Then read client.go, which connects them with a
// database, and change.go, which every write goes through. The files of one subject have a common
// prefix, and the first of them is often the file without a suffix, such as queue.go:
//
//	change_*    change existing workflows: cancel, resume, delay, delete, fork, rerun; the report
//	enqueue_*   insert workflows: the options, the rows, the check of the target
//	send_*      messages, and the order of their times
//	debounce_*  the states of a debounce key, and the debouncer
//	schedule_*  define, list, apply and run schedules; schedule.go describes their states
//	list_*      filters, rows, pages of a walk, steps
//	wait_*      handles, outcomes, events, streams
//	bulk_*      one change of many workflows, in batches; docs/design/bulk.md explains it
//	prune_*     delete finished workflows, in batches
//	explain_*   why a workflow does not move; explain.go says how the rules are ordered
//	failures_*  groups of failed workflows with a common message
//	export_*    write workflows to a file and import them; docs/formats/export.md describes both
//	dryrun_*    the client that previews changes; dryrun.go has a line for each operation
//	info_*      the description of a database, and the SDKs that its rows show
//	queue_*     define, list, pause and describe queues
//	executors_* the executors, their signs of life, and workflows of dead ones
//	connect_*   open the database, alone or in a pool that clients share
//	options_*   the options of a debounced workflow, and a check that all option functions share
//
// The other files hold one subject each: application*.go decide the owner of new rows, and
// rename.go changes it; aggregate.go counts in groups; commit.go reports the end of a transaction
// to a gate; versions.go has the application versions, portable.go the arguments that every SDK
// reads, errors.go the codes, and status.go the states and fields of a workflow.
//
// Each package below internal has one task, and none of them is an operation of the client: address
// parses database URLs, db runs statements, query writes them for each database, schema and catalog
// describe the tables, where writes the conditions of a list, poll waits, owner finds the SDK of an
// application and writes values as that SDK does, archive and rows write and read exports, mask
// hides values in them, pattern groups error messages, and nearest corrects misspelt names. tables
// is not for clients: the worker and tests access tables directly with it.
//
// # Struct tags
//
// The fields of option and result structs have their description in a doc tag instead of a comment,
// because the manual of the Lua API is made from them: the json tag is the name of the option or
// field in Lua, and doc is its help text. Tags such as min, enum, required and nonempty are checked
// for Lua; the methods of this package check the same themselves.
package client
