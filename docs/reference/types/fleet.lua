---@meta fleet
-- Generated from the declarations. Do not edit.

---The workflows of a test, and the simulated application that runs them, in a database of the test's own. Only `dbos-script test` has a fleet.
---
---The workflows that a test declares lie in the database as an application would have left them. The fleet works when `fleet.run` is called, and while the script under test waits: in `time.sleep`, `get_result`, `dbos.wait`, `get_event` and `read_stream` the fleet runs each workflow that can run; if none can, the clock moves on. The fleet is one executor (`local`) of the version `v1`; it runs no schedules.
---@class fleet.module
fleet = {}

---@class fleet.workflow.options.steps
---@field name string The step's name.
---@field output? dbos.data The step's result.
---@field error? dbos.data The step's error: a message, or a table with name, message and code.

---@class fleet.workflow.options.when_run.steps
---@field name? string The step's name; not needed with sleep and recv.
---@field output? dbos.data Its result.
---@field error? dbos.data The error with which the step and the workflow fail: a message, or a table with name, message and code.
---@field times? integer In how many runs it fails, those of forks included; in all of them when not given. At least 1.
---@field takes? dbos.duration How long it takes by the test's clock. At least 0.
---@field sleep? dbos.duration Makes it a durable sleep of so long. At least 0.
---@field recv? string Makes it a wait for a message on this topic (empty for none). It returns the message, and waits for the time in takes, or for an hour.

---@class fleet.workflow.options.when_run
---@field steps? fleet.workflow.options.when_run.steps[] Its steps, one after the other; a step that is recorded already is not taken again.
---@field takes? dbos.duration How long it works after its steps, by the test's clock. At least 0.
---@field output? dbos.data Its result.
---@field error? dbos.data The error with which it fails after its steps: a message, or a table with name, message and code. It succeeds when not given.
---@field times? integer How many of its runs fail, those of its forks included, before one succeeds; all of them when not given. At least 1.
---@field events? table<string, dbos.data> The events that it publishes before it ends, by key.
---@field run? function Called after its steps with a table of id, name, input and attempt (1 for the first run); it returns the output, and an error it raises is the workflow's.

---@class fleet.workflow.options
---@field id? string Its id; a random one when not given.
---@field name string Its name.
---@field status? string Its state. Default: ENQUEUED.
---@field queue_name? string Its queue; one called default when not given.
---@field age? dbos.duration How long ago it was created. At least 0. Default: 1h.
---@field took? dbos.duration How long it ran until it ended. At least 0. Default: 1s.
---@field delay? dbos.duration How long it still waits, if it is DELAYED. At least 0. Default: 1h.
---@field input? dbos.data Its input.
---@field output? dbos.data Its result, if its state is SUCCESS; also its result when it runs.
---@field error? dbos.data Its error, if its state is ERROR: a message, or a table with name, message and code.
---@field steps? fleet.workflow.options.steps[] The steps it has taken.
---@field events? table<string, dbos.data> Its events, by key.
---@field class_name? string The class it belongs to.
---@field config_name? string The instance of the class.
---@field attempts? integer How often it was started; by its state when not given. At least 0.
---@field attributes? table<string, dbos.data> Its attributes.
---@field authenticated_user? string The user it runs for.
---@field application_version? string The version of the application it belongs to. Default: v1.
---@field application_name? string The application it belongs to.
---@field executor_id? string The executor that ran it. Default: local.
---@field deduplication_id? string Its deduplication id.
---@field priority? integer Its priority. At least 0.
---@field queue_partition_key? string Its partition of the queue.
---@field parent_workflow_id? string The workflow that started it.
---@field forked_from? string The workflow it was forked from.
---@field was_forked_from? boolean Whether it was forked.
---@field timeout? dbos.duration How long it may run. At least 0.
---@field when_run? fleet.workflow.options.when_run How it behaves when the fleet runs it again, or a fork of it. When not given, its steps succeed, and so does the workflow.

---Puts a workflow into the database, as the application would have left it.
---
---Kind: outside.
---@param options fleet.workflow.options
---@return string # its id
function fleet.workflow(options) end

---@class fleet.define.options.steps
---@field name? string The step's name; not needed with sleep and recv.
---@field output? dbos.data Its result.
---@field error? dbos.data The error with which the step and the workflow fail: a message, or a table with name, message and code.
---@field times? integer In how many runs it fails, those of forks included; in all of them when not given. At least 1.
---@field takes? dbos.duration How long it takes by the test's clock. At least 0.
---@field sleep? dbos.duration Makes it a durable sleep of so long. At least 0.
---@field recv? string Makes it a wait for a message on this topic (empty for none). It returns the message, and waits for the time in takes, or for an hour.

---@class fleet.define.options
---@field class_name? string The class it belongs to.
---@field config_name? string The instance of the class.
---@field steps? fleet.define.options.steps[] Its steps, one after the other; a step that is recorded already is not taken again.
---@field takes? dbos.duration How long it works after its steps, by the test's clock. At least 0.
---@field output? dbos.data Its result.
---@field error? dbos.data The error with which it fails after its steps: a message, or a table with name, message and code. It succeeds when not given.
---@field times? integer How many of its runs fail, those of its forks included, before one succeeds; all of them when not given. At least 1.
---@field events? table<string, dbos.data> The events that it publishes before it ends, by key.
---@field run? function Called after its steps with a table of id, name, input and attempt (1 for the first run); it returns the output, and an error it raises is the workflow's.

---Defines how the fleet runs the workflows of a name, such as workflows that the script enqueues.
---
---Kind: outside.
---@param name string The workflow's name.
---@param options? fleet.define.options
function fleet.define(name, options) end

---@class fleet.queue.options.rate_limit
---@field max integer How many may start within a period. At least 1.
---@field period dbos.duration The period.

---@class fleet.queue.options
---@field name string The queue's name.
---@field concurrency? integer How many of its workflows run at once. At least 1.
---@field worker_concurrency? integer How many of its workflows one executor runs at once. At least 1.
---@field rate_limit? fleet.queue.options.rate_limit How many may start within a period.
---@field partitioned? boolean Whether workflows need a partition key, and the limits hold for each partition.

---Adds a queue that the fleet listens on, or changes its limits.
---
---Kind: outside.
---@param options fleet.queue.options
function fleet.queue(options) end

---@class fleet.run.options
---@field within? dbos.duration How far the clock may move; without a limit when not given. At least 0.

---Lets the fleet work until no workflow can run any more. The clock moves to the end of each delay and of each wait of a workflow.
---
---Kind: outside.
---@param options? fleet.run.options
function fleet.run(options) end

---Counts the workflows by state.
---
---Kind: reads.
---@return table<string, dbos.data> # a table with the number of workflows by state
function fleet.counts() end

---Stops the application: nothing runs while the clock moves, until `fleet.start`.
---
---Kind: outside.
function fleet.stop() end

---Starts the application again after `fleet.stop`, and ends `fleet.fail` and `fleet.slow`.
---
---Kind: outside.
function fleet.start() end

---@class fleet.fail.options
---@field name? string|string[] Only workflows with one of these names.
---@field share? number How many of them fail, evenly: with 0.25 the fourth, the eighth and so on. At least 0. At most 1. Default: 1.

---Lets workflows fail that begin to run from now on, before their steps, until `fleet.start`.
---
---Kind: outside.
---@param error? dbos.data The error: a message, or a table with name, message and code.
---@param options? fleet.fail.options
function fleet.fail(error, options) end

---@class fleet.slow.options
---@field name? string|string[] Only workflows with one of these names.

---Lets workflows take longer that begin to run from now on, until `fleet.start`.
---
---Kind: outside.
---@param duration dbos.duration How much longer each takes. At least 0.
---@param options? fleet.slow.options
function fleet.slow(duration, options) end

return fleet
