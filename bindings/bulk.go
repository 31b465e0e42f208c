package bindings

import (
	"context"
	"iter"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Bulk is a selection with limits, for one change of all its workflows.
type Bulk struct {
	connection *Connection
	input      client.BulkInput
	pauseWhen  declare.Callback // nil if the script has none
	run        *client.Bulk     // of its verb that was called last; nil if that has begun none
}

// String implements tostring.
func (b *Bulk) String() string { return "bulk" }

// Foreign returns true if the bulk belongs to a connection that the script has opened.
func (b *Bulk) Foreign() bool { return b.connection.foreign }

// HeldCallback implements declare.CallbackHolder.
func (b *Bulk) HeldCallback() string {
	if b.pauseWhen == nil {
		return ""
	}
	return "pause_when"
}

// bulking returns the functions for bulk runs.
func bulking() []declare.Func {
	return []declare.Func{bulk(), listBulks(), getBulk(), bulkOutcomes(), watchBulk(), continueBulk(), pauseBulk(), unpauseBulk(), stopBulk(), setBulkRate(), removeBulks()}
}

const bulkNotes = "The selection is made once, at the start of the change, and is kept with the state of each workflow. A filter needs a condition. One without a " +
	"status selects the states that the verb is for: CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED for `resume`; these and ERROR for `rerun`, `fork` and `rewind`; " +
	"ENQUEUED, PENDING and DELAYED for `cancel` and `send`; ENQUEUED and DELAYED for `set_priority` and `move`; those of workflows that have ended for `delete`. " +
	"A workflow that has changed since the selection is left alone, and counted as `drifted`. The run asks once for all. " +
	"If the database has the tables of `dbos-script db init --runs`, each batch is one transaction with the record of its outcomes, and " +
	"`dbos-script bulk` lists, pauses, stops and continues the run from anywhere."

const bulkLimitNotes = " With `concurrency`, `canary`, `max_failed_share`, `max_waiting` or `pause_when` the run goes on after its first batch when an executor has taken one of " +
	"its workflows. If nothing runs them, it stops with the reason that `dbos.explain_workflow` has. A run that a limit stops has the state `stopped` and a `reason`, " +
	"and raises no error. `dbos.continue_bulk` keeps to all limits but `pause_when`, which is a function of the script: a second call of the script with the same id has it again. " +
	"`max_failed_share` counts from 20 ends on, or from all workflows of the run, if they are fewer; before, the failed ones are compared with that number. " +
	"A call with the id of a run and with other limits raises `ConflictingID`. `max_waiting` is not for verbs that put nothing on the queue. A durable run cannot record a call with `pause_when`."

func bulk() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"selection" doc:"The workflows' ids, a failure group, or a filter: the options of dbos.list_workflows."`
		ID        string      `json:"id" doc:"The id of the bulk run. A second call with the same id goes on with it, or returns its outcome. Random when not given." nonempty:"true"`
		BatchSize int         `json:"batch_size" doc:"How many workflows one transaction changes." min:"1" max:"10000" default:"500"`
		RPS       int         `json:"rps" doc:"The largest number of workflows that are changed in a second; no limit when not given." min:"1"`

		Concurrency    int                    `json:"concurrency" doc:"How many of the changed workflows may be unfinished at once; no limit when not given." min:"1"`
		Canary         float64                `json:"canary" doc:"The size of a first wave, whose ends are awaited before the rest: a number of changed workflows, or below 1 a share of all. If it does not end in SUCCESS, the rest stays untouched." min:"0"`
		MaxFailedShare *float64               `json:"max_failed_share" doc:"The run stops if more than this share of the changed workflows that have ended failed; no limit when not given. Without it, each workflow of a canary must succeed." min:"0" max:"1"`
		MaxWaiting     *client.BulkMaxWaiting `json:"max_waiting" doc:"The queue that the run must not fill, and how many workflows may wait on it; no limit when not given."`
		PauseWhen      declare.Callback       `json:"pause_when" doc:"Called before each batch with the numbers of the run. While it returns a value other than false and nil, the run waits; a text is shown as the reason."`
	}
	return declare.Method("bulk", "Selects workflows for one change of all of them, in batches. The methods of the result make the change.",
		func(_ context.Context, c *Connection, a args) (*Bulk, error) {
			input := client.BulkInput{ID: a.ID, BatchSize: a.BatchSize, RPS: a.RPS, Limits: client.BulkLimits{
				Concurrency: a.Concurrency, Canary: a.Canary, MaxFailedShare: a.MaxFailedShare, MaxWaiting: a.MaxWaiting}}
			var err error
			if input.IDs, input.Filter, err = selection(a.Selection); input.IDs == nil && input.Filter == nil {
				input.IDs = []string{}
			}
			return &Bulk{connection: c, input: input, pauseWhen: a.PauseWhen}, err
		}).Pure().
		Passing("pause_when", declare.Pass[*client.BulkStats]("stats")).
		Returning("the bulk, whose methods are the verbs").
		Notes(bulkNotes + bulkLimitNotes).
		Example("local run = dbos.bulk({status = \"ERROR\", start_time = \"-24h\"}, {batch_size = 200, rps = 50}):rerun{}\nprint(run.changed, run.drifted)").
		Example("print(dbos.bulk({\"order-1\", \"order-2\"}):cancel())")
}

func bulkClass() *declare.Class {
	return declare.ClassOf[*Bulk]("bulk", "A selection of workflows, for one change of all of them.").
		Replayed(declare.ReplayCall).
		Having(named([]declare.Func{
			bulkVerb[client.ResumeOptions]("resume", "Puts the workflows back on a queue, to run on from their last completed steps.", "resume{queue_name = \"slow\"}"),
			bulkVerb[client.RerunOptions]("rerun", "Reruns workflows that did not succeed, as dbos.rerun_workflows does.", "rerun{queue_name = \"slow\"}"),
			bulkVerb[declare.None]("cancel", "Cancels the workflows.", "cancel()"),
			bulkVerb[client.BulkForkOptions]("fork", "Runs copies of the workflows, from the step that failed or another one.", "fork{start_step = 0}"),
			bulkVerb[client.RewindWorkflowOptions]("rewind", "Removes the results of the workflows from a step on, and runs them again.", "rewind{start_step = 0}"),
			bulkVerb[declare.None]("delete", "Deletes the workflows, with all that belongs to them.", "delete()"),
			bulkVerb[client.BulkSendOptions]("send", "Sends one message to each of the workflows.", "send{message = {go = true}, topic = \"approval\"}"),
			bulkVerb[client.BulkPriorityOptions]("set_priority", "Changes the priority of the workflows that wait on a queue.", "set_priority{priority = 10}"),
			bulkVerb[client.BulkMoveOptions]("move", "Moves the workflows that wait to another queue, or to another application version.", "move{queue_name = \"slow\"}"),
		})...).
		Having(bulkWatch())
}

// bulkVerb declares a method that changes the workflows of a selection.
func bulkVerb[O any](name, doc, call string) declare.Func {
	return declare.Method(name, doc, func(ctx context.Context, b *Bulk, options O) (*client.Bulk, error) {
		input := b.input
		input.Verb = name
		if _, none := any(options).(declare.None); !none {
			input.Options = options
		}
		shown := ShowBulk("bulk "+name, b.connection.progress)
		defer shown.End()
		input.Each = shown.Each
		if b.pauseWhen != nil {
			input.PauseWhen = b.pauses
		}
		run, err := client.StartBulk(b.connection.with(ctx), input)
		b.run = run
		return run, err
	}).Changes().
		Returning("the run, when it is done or was stopped").
		Raises("InvalidOption").
		Example("local run = dbos.bulk({name = \"no such workflow\", status = \"CANCELLED\"}):" + call + "\nprint(run.state, run.changed, run.drifted)")
}

// pauses calls the function of the script, and returns the reason for a pause.
func (b *Bulk) pauses(ctx context.Context, stats client.BulkStats) (reason string, err error) {
	returned, err := b.pauseWhen.Call(ctx, &stats)
	if err != nil || len(returned) == 0 || returned[0].Type() == "nil" {
		return "", err
	}
	switch value := returned[0].Native().(type) {
	case bool:
		if !value {
			return "", nil
		}
	case string:
		return "for pause_when: " + value, nil
	}
	return "for pause_when", nil
}

func listBulks() declare.Func {
	type args struct {
		State []client.BulkState `json:"state" doc:"Only runs in one of these states; all of them when not given." enum:"running,paused,stopped,done"`
		Limit int                `json:"limit" doc:"The largest number of runs." min:"1" default:"100"`
	}
	return declare.Method("list_bulks", "Returns the bulk runs of the database, the newest first.",
		func(ctx context.Context, c *Connection, a args) ([]client.Bulk, error) {
			return client.ListBulks(c.with(ctx), client.ListBulksOptions{State: a.State, Limit: a.Limit})
		}).Reads().
		Returning("the runs; an empty array if there are none").
		Example("print(#dbos.list_bulks{state = {\"running\", \"paused\"}, limit = 20})").
		Example("for _, run in ipairs(dbos.list_bulks()) do print(run.id, run.state, run.done, run.total) end")
}

// oneBulk is the argument of the functions of one bulk run.
type oneBulk struct {
	ID string `arg:"id" doc:"The id of the bulk run."`
}

func getBulk() declare.Func {
	return aboutBulk("get_bulk", "Returns a bulk run.", "print(run.id, dbos.get_bulk(run.id).done)",
		func(c client.Client, a oneBulk) (*client.Bulk, error) { return client.GetBulk(c, a.ID) }).Reads()
}

func pauseBulk() declare.Func {
	return aboutBulk("pause_bulk", "Pauses a bulk run that is running. The batch under way ends before.", "if run.state == \"running\" then dbos.pause_bulk(run.id) end",
		func(c client.Client, a oneBulk) (*client.Bulk, error) { return client.PauseBulk(c, a.ID) }).Outside()
}

func unpauseBulk() declare.Func {
	return aboutBulk("unpause_bulk", "Lets a paused bulk run go on, in the process that works on it.", "if run.state == \"paused\" then dbos.unpause_bulk(run.id) end",
		func(c client.Client, a oneBulk) (*client.Bulk, error) { return client.UnpauseBulk(c, a.ID) }).Outside()
}

func stopBulk() declare.Func {
	type args struct {
		oneBulk
		Reason string `arg:"reason,optional" doc:"The reason, which the run shows."`
	}
	return aboutBulk("stop_bulk", "Stops a bulk run that is running or paused. It can be continued.", "if run.state == \"running\" then dbos.stop_bulk(run.id, \"wrong queue\") end",
		func(c client.Client, a args) (*client.Bulk, error) { return client.StopBulk(c, a.ID, a.Reason) }).Outside()
}

func setBulkRate() declare.Func {
	type args struct {
		oneBulk
		RPS int `arg:"rps" doc:"The largest number of workflows that it changes in a second; 0 for no limit." min:"0"`
	}
	return aboutBulk("set_bulk_rate", "Sets the rate of a bulk run. It takes effect after the batch under way.", "if run.state == \"running\" then dbos.set_bulk_rate(run.id, 10) end",
		func(c client.Client, a args) (*client.Bulk, error) { return client.SetBulkRate(c, a.ID, a.RPS) }).Outside()
}

func removeBulks() declare.Func {
	return declare.Method("remove_bulks", "Removes the records of bulk runs that are done. The workflows stay as they are.",
		func(ctx context.Context, c *Connection, a client.RemoveBulksOptions) (int64, error) {
			return client.RemoveBulks(c.with(ctx), a)
		}).Outside().
		Returning("how many runs were removed").
		Raises("InvalidOption", "Unsupported").
		Notes("At least one of `older_than` and `keep` is needed; a run is removed only if both say so. Runs that are running, paused or stopped stay. " +
			"A run of a plan stays until the plan expires, because a second apply must find what the first has done.").
		Example("if #dbos.list_bulks{state = {\"done\"}, limit = 1} > 0 then\n  print(dbos.remove_bulks{older_than = \"30d\", keep = 100})\nend")
}

func continueBulk() declare.Func { return continuing("continue_bulk") }

func continuing(name string) declare.Func {
	return declare.Method(name, "Goes on with a bulk run that was interrupted, paused or stopped.",
		func(ctx context.Context, c *Connection, a oneBulk) (*client.Bulk, error) {
			shown := ShowBulk("bulk "+a.ID, c.progress)
			defer shown.End()
			return client.ContinueBulk(c.with(ctx), a.ID, shown.Each)
		}).Changes().
		Returning("the run, when it is done or was stopped").
		Raises("InvalidOption", "Unsupported").
		Example("for _, run in ipairs(dbos.list_bulks()) do\n  if run.state == \"stopped\" then dbos.continue_bulk(run.id) end\nend").
		Notes("If the process that worked on it was killed, this waits for the end of its lease, which lasts ten seconds. While a process works on it, it raises `Conflict`.")
}

// aboutBulk declares a function of one bulk run.
func aboutBulk[A any](name, doc, example string, do func(client.Client, A) (*client.Bulk, error)) declare.Func {
	return declare.Method(name, doc, func(ctx context.Context, c *Connection, a A) (*client.Bulk, error) { return do(c.with(ctx), a) }).
		Returning("the run as it is then").
		Raises("InvalidOption", "Unsupported").
		Example("for _, run in ipairs(dbos.list_bulks()) do\n  " + example + "\nend")
}

func bulkOutcomes() declare.Func {
	type args struct {
		Run     declare.Raw          `arg:"run" doc:"The run, as a verb or dbos.get_bulk returns it, or its id."`
		Outcome client.ChangeOutcome `arg:"outcome,optional" doc:"Only workflows with this outcome." enum:"changed,unchanged,unknown,drifted"`
	}
	return declare.Method("bulk_outcomes", "Walks over the outcomes of a bulk run, in the order of its batches, in constant memory.",
		func(ctx context.Context, c *Connection, a args) (iter.Seq2[client.ChangeResult, error], error) {
			run, err := bulkOf(c.with(ctx), a.Run)
			if err != nil {
				return nil, err
			}
			return func(yield func(client.ChangeResult, error) bool) {
				for result, err := range run.Outcomes(c.with(ctx)) {
					if err == nil && a.Outcome != "" && result.Outcome != a.Outcome {
						continue
					}
					if !yield(result, err) {
						return
					}
				}
			}, nil
		}).Reads().
		Returning("an iterator over the outcomes of the workflows that are done").
		Notes("Call it on the connection that made the run. On another one it raises `InvalidOption`, because that database has no such run.").
		Raises("InvalidOption", "Unsupported").
		Example("local run = dbos.bulk({\"order-1\"}):cancel()\nfor change in dbos.bulk_outcomes(run, \"drifted\") do print(change.id, change.reason) end")
}

// bulkOf returns the run that an argument is, or has the id of.
func bulkOf(c client.Client, argument declare.Raw) (*client.Bulk, error) {
	switch native := argument.Native().(type) {
	case *client.Bulk:
		return native, nil
	case client.Bulk:
		return &native, nil
	case string:
		return client.GetBulk(c, native)
	}
	return nil, declare.BadArgument("run", "it is neither a bulk run nor the id of one")
}

// bulkText returns the text for tostring of a run.
func bulkText(v any) string {
	switch run := v.(type) {
	case client.Bulk:
		return run.String()
	case *client.Bulk:
		return run.String()
	}
	return ""
}

// A ShownBulk shows how far a bulk run is.
type ShownBulk struct {
	begin    func(ctx context.Context, label string, total int64) Progress // nil if nothing shows it
	label    string
	progress Progress // nil before the first batch
	done     int64    // the workflows that it has shown
}

// ShowBulk returns what shows a bulk run with the progress that begin returns.
func ShowBulk(label string, begin func(ctx context.Context, label string, total int64) Progress) *ShownBulk {
	return &ShownBulk{begin: begin, label: label}
}

// Each is the function that is called after each batch of the run.
func (s *ShownBulk) Each(ctx context.Context, p client.BulkProgress) error {
	if s.begin == nil {
		return nil
	}
	if s.progress == nil {
		s.progress = s.begin(ctx, s.label, p.Total-p.Before)
	}
	done := p.Done - p.Before
	s.progress.Add(done - s.done)
	s.done = done
	return nil
}

// End ends the progress. It does nothing if there was no batch.
func (s *ShownBulk) End() {
	if s.progress != nil {
		s.progress.End()
	}
}
