---@meta dbos
-- Generated from the declarations. Do not edit.

---Works on the system database of a DBOS application: enqueue, list, cancel, resume and fork workflows, talk to them, manage schedules and versions.
---
---The functions work on the run's own database: `--db` names it, or `DBOS_SYSTEM_DATABASE_URL`, or it is the file dbos.sqlite of the current folder. `dbos.connect` opens another one.
---@class dbos.module
---@field dry_run boolean True in a dry run (`--dry-run`), which changes nothing: a call that would change something raises the errors that it would raise, and becomes a line of the plan at the end of the run. Later calls see a workflow in the state that it would have, and do not wait for it: for a workflow that the run has changed or made, `get_result` and `get_event` return nil at once, `wait` returns that state with `finished = false`, and so does `get_status`; if it was cancelled, `get_result` raises `AwaitedWorkflowCancelled`. Lists leave out workflows that would no longer match, and workflows that the run has made.
---@field database any The URL of the run's database, without the password.
dbos = {}

---@class dbos.portable_args.options
---@field positional? dbos.data[] The positional arguments, in order.
---@field named? table<string, dbos.data> The named arguments; only Python applications take them.

---Makes the input of a workflow of an application in any language.
---@param options? dbos.portable_args.options
---@return portable_args # the arguments, to be passed as the input
function dbos.portable_args(options) end

---@class dbos.enqueue.options
---@field workflow_id? string The new workflow's id; a random UUID when not given. If a workflow has this id already, its handle is returned and nothing is enqueued.
---@field application_version? string The application version that must run it; when not given, the latest one of its application.
---@field timeout? dbos.duration How long it may run from the moment it is dequeued. At least 0.
---@field deduplication_id? string At most one unfinished workflow of a queue has this id.
---@field deduplication_policy? "reject"|"return_existing" What happens when the deduplication id is taken: an error, or the handle of the workflow that holds it. Default: reject.
---@field priority? integer Its priority on the queue: 0 is the highest, then 1 to 2147483647.
---@field class_name? string The class of the function, for applications that dispatch by class.
---@field config_name? string The configured instance the function belongs to.
---@field delay? dbos.duration How long it waits as DELAYED before it is put on the queue. At least 0.
---@field queue_partition_key? string Its partition, if the queue is partitioned.
---@field authenticated_user? string The user it runs for.
---@field assumed_role? string The role that user took.
---@field authenticated_roles? string|string[] The roles that user has.
---@field application_name? string The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field attributes? table<string, dbos.data> JSON data to find it by: dbos.list_workflows has a filter of this name.
---@field workflow_id_reuse_policy? "return_existing"|"reject" What happens when a workflow has the id: the handle of that workflow, or an error. Default: return_existing.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK: a plain input is written so that it can read it. When not given, the rows of the database show it.
---@field strict? boolean Makes an unknown queue, name, class or version, or a missing partition key, an error; a warning otherwise.

---Puts a workflow on a queue, for the application's executors to run.
---@param queue_name string The queue to put the workflow on.
---@param workflow_name string The name the workflow function is registered under.
---@param input? dbos.data The workflow's input: JSON data, or dbos.portable_args for an application in another language than Go.
---@param options? dbos.enqueue.options
---@return handle # the handle of the workflow
function dbos.enqueue(queue_name, workflow_name, input, options) end

---@class dbos.enqueue_many.options
---@field application_version? string The application version that must run it; when not given, the latest one of its application.
---@field timeout? dbos.duration How long it may run from the moment it is dequeued. At least 0.
---@field priority? integer Its priority on the queue: 0 is the highest, then 1 to 2147483647.
---@field class_name? string The class of the function, for applications that dispatch by class.
---@field config_name? string The configured instance the function belongs to.
---@field delay? dbos.duration How long it waits as DELAYED before it is put on the queue. At least 0.
---@field queue_partition_key? string Its partition, if the queue is partitioned.
---@field authenticated_user? string The user it runs for.
---@field assumed_role? string The role that user took.
---@field authenticated_roles? string|string[] The roles that user has.
---@field application_name? string The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field attributes? table<string, dbos.data> JSON data to find it by: dbos.list_workflows has a filter of this name.
---@field workflow_id_reuse_policy? "return_existing"|"reject" What happens when a workflow has the id: the handle of that workflow, or an error. Default: return_existing.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK: a plain input is written so that it can read it. When not given, the rows of the database show it.
---@field strict? boolean Makes an unknown queue, name, class or version, or a missing partition key, an error; a warning otherwise.
---@field workflow_ids? string|string[] An id for each input, in the same order; random UUIDs when not given.
---@field deduplication_ids? string|string[] A deduplication id for each input, in the same order.

---Puts a workflow on a queue for each input: all of them or, on an error, none.
---@param queue_name string The queue to put the workflows on.
---@param workflow_name string The name the workflow function is registered under.
---@param inputs dbos.data[] The input of each workflow.
---@param options? dbos.enqueue_many.options
---@return handle[] # the handles, in the order of the inputs; the array also has the fields of `changes`, where a workflow whose id exists is unchanged
function dbos.enqueue_many(queue_name, workflow_name, inputs, options) end

---Returns the handle of a workflow.
---@param workflow_id string The workflow's id.
---@return handle # the handle
function dbos.retrieve_workflow(workflow_id) end

---@class dbos.list_workflows.options
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.
---@field limit? integer At most so many workflows. At least 0.
---@field offset? integer Leaves out so many workflows first. At least 0.
---@field sort_desc? boolean Newest first, instead of oldest first.
---@field load_input? boolean Reads the inputs too.
---@field load_output? boolean Reads the outputs and errors too.
---@field load_progress? boolean Reads how many steps have ended, and the last one of them, too.

---Returns the workflows that match all of the options, oldest first.
---@param options? dbos.list_workflows.options
---@return workflow[] # the workflows; an empty array when none matches
function dbos.list_workflows(options) end

---@class dbos.workflows.options
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.
---@field limit? integer At most so many workflows. At least 0.
---@field offset? integer Leaves out so many workflows first. At least 0.
---@field sort_desc? boolean Newest first, instead of oldest first.
---@field load_input? boolean Reads the inputs too.
---@field load_output? boolean Reads the outputs and errors too.
---@field load_progress? boolean Reads how many steps have ended, and the last one of them, too.
---@field page_size? integer How many rows are read at a time; that many are held in memory. At least 1. At most 100000. Default: 500.

---Walks over the workflows that match all of the options, oldest first, in constant memory.
---@param options? dbos.workflows.options
---@return fun(): workflow? # an iterator over the workflows
function dbos.workflows(options) end

---Walks over the ids of workflows in batches, oldest first, in constant memory.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows.
---@param size? integer How many ids a batch has at most. At least 1. At most 100000. Default: 500.
---@return fun(): string[]? # an iterator over arrays of ids
function dbos.batches(selection, size) end

---@class dbos.get_workflow_steps.options
---@field load_output? boolean Also reads the values that the steps returned.
---@field limit? integer The largest number of steps to return. At least 0.
---@field offset? integer The number of steps to leave out at the start. At least 0.

---Returns the finished steps of a workflow, in order.
---@param workflow_id string The workflow's id.
---@param options? dbos.get_workflow_steps.options
---@return step[] # the steps; an empty array if none has finished
function dbos.get_workflow_steps(workflow_id, options) end

---@class dbos.cancel_workflow.options
---@field cancel_children? boolean Cancels the workflows it started too, and theirs.

---Cancels a workflow: takes it off its queue, or stops it at its next step.
---@param workflow_id string The workflow's id.
---@param options? dbos.cancel_workflow.options
function dbos.cancel_workflow(workflow_id, options) end

---@class dbos.cancel_workflows.options
---@field cancel_children? boolean Cancels the workflows it started too, and theirs.

---Cancels many workflows in one step.
---@param ids string[] The workflows' ids.
---@param options? dbos.cancel_workflows.options
---@return changes # what happened to each workflow, with `cancel_children` of descendants too
function dbos.cancel_workflows(ids, options) end

---@class dbos.resume_workflow.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts a workflow back on a queue, to run on from its last completed step.
---@param workflow_id string The workflow's id.
---@param options? dbos.resume_workflow.options
---@return handle # the workflow's handle
function dbos.resume_workflow(workflow_id, options) end

---@class dbos.resume_workflows.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts many workflows back on a queue in one step, to run on from their last completed steps.
---@param ids string[] The workflows' ids.
---@param options? dbos.resume_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.resume_workflows(ids, options) end

---@class dbos.rerun_workflows.options
---@field queue_name? string The queue to put them on; when not given, the queue that each was on, or the internal queue if its row names none, as that of a cancelled workflow.
---@field from? "failed"|"last"|"start" Where a fork begins: at the last step that failed (after the last step, if the workflow failed outside of a step), at the last step, or at the start. A workflow that can be resumed goes on after its last completed step. Default: failed.

---Runs workflows again that did not succeed: resumes workflows that can be resumed, and forks the others from the failed step, once.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows. A filter without a status selects ERROR, CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? dbos.rerun_workflows.options
---@return handle[] # a handle for each workflow that exists, or for its fork if it has one; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.rerun_workflows(selection, options) end

---@class dbos.rewind_workflow.options
---@field start_step? integer The number of the first step to run again; the results of all steps with a lower number stay. 0 runs the whole workflow again.
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; the one it has when not given.

---Runs a workflow that has ended again from a step on, under the same id.
---@param workflow_id string The workflow's id.
---@param options? dbos.rewind_workflow.options
---@return handle # the workflow's handle
function dbos.rewind_workflow(workflow_id, options) end

---@class dbos.rewind_workflows.options
---@field start_step? integer The number of the first step to run again; the results of all steps with a lower number stay. 0 runs the whole workflow again.
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; the one it has when not given.

---Runs many workflows that have ended again from a step on in one step, under the same ids.
---@param ids string[] The workflows' ids.
---@param options? dbos.rewind_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.rewind_workflows(ids, options) end

---@class dbos.set_workflow_delay.options
---@field delay? dbos.duration How long from now. At least 0.
---@field delay_until? dbos.when Until when; a time in the past makes it due at once.

---Changes when a DELAYED workflow becomes due.
---@param workflow_id string The workflow's id.
---@param options? dbos.set_workflow_delay.options
function dbos.set_workflow_delay(workflow_id, options) end

---@class dbos.set_workflow_delays.options
---@field delay? dbos.duration How long from now. At least 0.
---@field delay_until? dbos.when Until when; a time in the past makes it due at once.

---Changes when many DELAYED workflows become due, in one step.
---@param ids string[] The workflows' ids.
---@param options? dbos.set_workflow_delays.options
---@return changes # what happened to each workflow
function dbos.set_workflow_delays(ids, options) end

---Changes the priority of workflows that wait on a queue, in one step.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param priority integer 0 is the highest, then 1 to 2147483647. At least 0. At most 2147483647.
---@return changes # what happened to each workflow
function dbos.set_priority(selection, priority) end

---Holds workflows that wait, so that no executor takes them until they are released.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function dbos.hold(selection) end

---Releases held workflows: they are as before, at their place in the queue.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function dbos.release(selection) end

---Moves workflows that wait to another queue, in one step.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param queue_name string The queue.
---@return changes # what happened to each workflow
function dbos.move_queue(selection, queue_name) end

---Has workflows that wait run with another application version, in one step.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param version string The application version.
---@return changes # what happened to each workflow
function dbos.move_version(selection, version) end

---@class dbos.set_workflow_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of a workflow, or sets some of them.
---@param workflow_id string The workflow's id.
---@param attributes? table<string, dbos.data> The attributes: JSON data by name.
---@param options? dbos.set_workflow_attributes.options
function dbos.set_workflow_attributes(workflow_id, attributes, options) end

---@class dbos.set_workflows_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of many workflows in one step, or sets some of them.
---@param ids string[] The workflows' ids.
---@param attributes? table<string, dbos.data> The attributes of each: JSON data by name.
---@param options? dbos.set_workflows_attributes.options
---@return changes # what happened to each workflow
function dbos.set_workflows_attributes(ids, attributes, options) end

---@class dbos.delete_workflows.options
---@field delete_children? boolean Deletes the workflows it started too, and theirs.

---Deletes workflows with their steps, messages, events and streams, in whatever state they are.
---@param ids string[] The workflows' ids.
---@param options? dbos.delete_workflows.options
---@return changes # what happened to each workflow, descendants too
function dbos.delete_workflows(ids, options) end

---@class dbos.fork_workflow.options
---@field original_workflow_id string The workflow to run again.
---@field forked_workflow_id? string The id of the fork; a random UUID when not given.
---@field application_version? string The application version that must run the fork; the original's when not given.
---@field queue_name? string The queue to put the fork on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string The fork's partition, if that queue is partitioned.
---@field timeout? dbos.duration How long the fork may run, from the moment it starts; no limit when not given, even if the original had one. At least 0.
---@field replacement_children? table<string, string> Ids of children in the steps that are taken over, and of the workflows whose results the fork reads in their place.
---@field start_step? any The first step to run again; the results of all steps with a lower number are taken over. Its number, 0 when not given; "failed", the last step that failed (after the last step, if the workflow failed outside of a step); "last", the last step; {step_name = "charge"}, the first step of that name; or {step_id = 3}, the step of that number, which the workflow must have reached.

---Runs a workflow again from a step on, as a new workflow.
---@param options dbos.fork_workflow.options
---@return handle # the handle of the new workflow
function dbos.fork_workflow(options) end

---@class dbos.fork_workflows.forks
---@field original_workflow_id string The workflow to run again.
---@field forked_workflow_id? string The id of the fork; a random UUID when not given.
---@field application_version? string The application version that must run the fork; the original's when not given.
---@field queue_name? string The queue to put the fork on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string The fork's partition, if that queue is partitioned.
---@field timeout? dbos.duration How long the fork may run, from the moment it starts; no limit when not given, even if the original had one. At least 0.
---@field replacement_children? table<string, string> Ids of children in the steps that are taken over, and of the workflows whose results the fork reads in their place.
---@field start_step? any The first step to run again; the results of all steps with a lower number are taken over. Its number, 0 when not given; "failed", the last step that failed (after the last step, if the workflow failed outside of a step); "last", the last step; {step_name = "charge"}, the first step of that name; or {step_id = 3}, the step of that number, which the workflow must have reached.

---Forks many workflows in one step: all of them or, on an error, none.
---@param forks dbos.fork_workflows.forks[] One table for each fork, with the keys of dbos.fork_workflow.
---@return handle[] # the handles of the new workflows, in the order given; the array also has the fields of `changes`, whose outcomes are the originals' with their `forked_id`
function dbos.fork_workflows(forks) end

---@class dbos.send.options
---@field idempotency_key? string A key that this destination gets one message of, however often it is sent.
---@field send_to_forks? boolean Sends it to the workflows forked from the destination too, and to their forks.

---Sends a message to a workflow.
---@param destination_id string The workflow to send it to, in whatever state it is.
---@param message dbos.data The message to send: JSON data.
---@param topic? string The topic the workflow receives it by; none when not given.
---@param options? dbos.send.options
function dbos.send(destination_id, message, topic, options) end

---@class dbos.send_many.messages
---@field destination_id string The workflow to send it to, in whatever state it is.
---@field message? dbos.data The message to send: JSON data.
---@field topic? string The topic the workflow receives it by; none when not given.
---@field send_to_forks? boolean Sends it to the workflows forked from the destination too, and to their forks.
---@field idempotency_key? string A key that this destination gets one message of, however often it is sent.

---Sends many messages in one step: all of them or, on an error, none.
---@param messages dbos.send_many.messages[] One table for each message.
function dbos.send_many(messages) end

---Returns the latest value that a workflow published under a key; waits if there is none yet.
---@param workflow_id string The workflow that publishes the event.
---@param key string The key it is published under.
---@param timeout? dbos.duration The longest wait; 0 reads once. Default: 60s.
---@return dbos.data # the value
function dbos.get_event(workflow_id, key, timeout) end

---@class dbos.read_stream.options
---@field from_offset? integer The number of values to leave out at the start of the stream. At least 0.
---@field snapshot? boolean Reads the values that exist now, and does not wait for more.

---Waits until a stream ends, and returns all of its values.
---@param workflow_id string The workflow that writes the stream.
---@param key string The stream's key.
---@param options? dbos.read_stream.options
---@return dbos.data[] # the values, in order
---@return boolean # true if the stream has ended; only a snapshot can return false
function dbos.read_stream(workflow_id, key, options) end

---@class dbos.read_stream_async.options
---@field from_offset? integer The number of values to leave out at the start of the stream. At least 0.
---@field snapshot? boolean Reads the values that exist now, and does not wait for more.

---Walks over the values of a stream while it is written, in constant memory.
---@param workflow_id string The workflow that writes the stream.
---@param key string The stream's key.
---@param options? dbos.read_stream_async.options
---@return fun(): dbos.data? # an iterator over the values; a null is `json.null`
function dbos.read_stream_async(workflow_id, key, options) end

---@class dbos.wait.options
---@field timeout? dbos.duration The longest wait; for ever when not given. At least 0.
---@field polling_interval? dbos.duration The longest pause between two reads; pauses are shorter at first, and while workflows end. At least 0. Default: 1s.
---@field each? fun(handle: handle, status: string): any Called with the handle and the state of each workflow when it ends, in the order in which they are seen to end.
---@field partial? boolean At the timeout, returns the outcomes known by then instead of raising Timeout.

---Waits for many workflows to end, with one query per poll for all of them, and returns the outcome of each.
---@param handles any[] The workflows to wait for: handles, or workflow ids.
---@param options? dbos.wait.options
---@return outcome[] # an outcome for each handle, in the order of the handles
function dbos.wait(handles, options) end

---@class dbos.create_schedule.options
---@field schedule_name string The schedule's name.
---@field workflow_name string The name of the workflow to start.
---@field workflow_class_name? string The class of that workflow, for applications that dispatch by class.
---@field schedule string A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly.
---@field context? dbos.data Data that each run receives besides the time of its tick: JSON data.
---@field automatic_backfill? boolean Lets an application that starts backfill the ticks since the last run.
---@field cron_timezone? string The IANA time zone in which the cron text is read.
---@field queue_name? string The queue to put the runs on; the internal queue when not given.
---@field application_name? string The application that runs it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, in whose form the context is written. When not given, the rows of the database show it; if they do not, the schedule is refused.

---Adds a schedule, by which the application starts a workflow again and again.
---@param options dbos.create_schedule.options
function dbos.create_schedule(options) end

---@class dbos.apply_schedules.schedules
---@field schedule_name string The schedule's name.
---@field workflow_name string The name of the workflow to start.
---@field workflow_class_name? string The class of that workflow, for applications that dispatch by class.
---@field schedule string A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly.
---@field context? dbos.data Data that each run receives besides the time of its tick: JSON data.
---@field automatic_backfill? boolean Lets an application that starts backfill the ticks since the last run.
---@field cron_timezone? string The IANA time zone in which the cron text is read.
---@field queue_name? string The queue to put the runs on; the internal queue when not given.
---@field application_name? string The application that runs it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, in whose form the context is written. When not given, the rows of the database show it; if they do not, the schedule is refused.

---Creates and changes schedules to be as defined. All of them or, on an error, none.
---@param schedules dbos.apply_schedules.schedules[] One table for each schedule, with the keys of dbos.create_schedule.
---@return changes # what happened to each schedule
function dbos.apply_schedules(schedules) end

---Returns a schedule by its name.
---@param schedule_name string The schedule's name.
---@return schedule? # the schedule, nil when there is none
function dbos.get_schedule(schedule_name) end

---@class dbos.list_schedules.options
---@field status? "ACTIVE"|"PAUSED"|("ACTIVE"|"PAUSED")[] Only schedules in one of these states.
---@field workflow_name? string|string[] Only schedules of one of these workflows.
---@field schedule_name? string|string[] Only schedules with one of these names.
---@field schedule_name_prefix? string|string[] Only schedules whose name starts with one of these texts, taken literally.
---@field application_name? string|string[] Only schedules of one of these applications.
---@field schedule_names? string|string[] The same as schedule_name; both must match.
---@field application_names? string|string[] The same as application_name; both must match.

---Returns the schedules that match all of the options, by name.
---@param options? dbos.list_schedules.options
---@return schedule[] # the schedules; an empty array when none matches
function dbos.list_schedules(options) end

---Pauses a schedule: no runs start until it is resumed.
---@param schedule_name string The schedule's name.
function dbos.pause_schedule(schedule_name) end

---Resumes a paused schedule.
---@param schedule_name string The schedule's name.
function dbos.resume_schedule(schedule_name) end

---Removes a schedule. Workflows that it has started go on.
---@param schedule_name string The schedule's name.
function dbos.delete_schedule(schedule_name) end

---@class dbos.backfill_schedule.options
---@field dry_run? boolean Starts nothing, and returns the same as dbos.plan_backfill.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, as which the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts the runs that a schedule has missed: one for each tick strictly between two times that has none. All of them or, on an error, none.
---@param schedule_name string The schedule's name.
---@param start dbos.when The time after which the first tick may be.
---@param end_ dbos.when The time before which the last tick may be.
---@param options? dbos.backfill_schedule.options
---@return dbos.data # an array with the id of the run of each tick, in order, also if the run existed before; it also has the fields of `changes`, where a tick that had a run is unchanged; with `dry_run` an array of ticks
function dbos.backfill_schedule(schedule_name, start, end_, options) end

---@class dbos.plan_backfill.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, as which the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Returns the outcome that `dbos.backfill_schedule` would have for each tick; changes nothing.
---@param schedule_name string The schedule's name.
---@param start dbos.when The time after which the first tick may be.
---@param end_ dbos.when The time before which the last tick may be.
---@param options? dbos.plan_backfill.options
---@return tick[] # the ticks, in order
function dbos.plan_backfill(schedule_name, start, end_, options) end

---@class dbos.trigger_schedule.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, as which the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts a run of a schedule for this very moment, of a paused one too.
---@param schedule_name string The schedule's name.
---@param options? dbos.trigger_schedule.options
---@return handle # the handle of the run
function dbos.trigger_schedule(schedule_name, options) end

---@class dbos.debouncer.options
---@field timeout? dbos.duration The longest time from the first call for a key to the start; no limit when not given. At least 0.
---@field config_name? string The configured instance the workflow function belongs to.
---@field class_name? string The class of the workflow function; an empty text means a plain function of a TypeScript application.
---@field queue_name? string The queue to put the workflow on; the internal queue when not given.
---@field application_name? string The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which spells the keys in its own way; when not given, the rows of the database show it.

---Makes a debouncer of a workflow. It does not read the database.
---@param workflow_name string The name the workflow function is registered under.
---@param options? dbos.debouncer.options
---@return debouncer # the debouncer
function dbos.debouncer(workflow_name, options) end

---@class dbos.register_queue.options
---@field name string The queue's name.
---@field concurrency? integer How many of its workflows may run at once. At least 1.
---@field worker_concurrency? integer How many of them one executor may run at once. At least 1.
---@field rate_limit? rate_limit How many may start in a period.
---@field partition_concurrency? integer How many workflows of one partition may run at once. At least 1.
---@field partition_worker_concurrency? integer How many of them one executor may run at once. At least 1.
---@field partition_rate_limit? rate_limit How many of one partition may start in a period.
---@field priority_enabled? boolean Whether older SDKs order it by priority; newer ones always do.
---@field partition_queue? boolean Divides its workflows by their partition key in the way of older SDKs: the other limits then hold for each partition. Applications of Python 3 and TypeScript 5 do not know it and treat the queue as one; partition limits work with all, and by themselves.
---@field polling_interval? dbos.duration How often an executor looks for work; a second when not given. At least 0.
---@field application_name? string The application that takes from it; when not given, that of the connection, else every one of the database.
---@field on_conflict? "always_update"|"never_update"|"update_if_latest_version" What happens to a queue that exists. Default: always_update.
---@field application_version? string The version that update_if_latest_version compares with the latest one.

---Registers a queue with its limits, or changes the one of that name.
---@param options dbos.register_queue.options
---@return queue # the queue as it is stored
function dbos.register_queue(options) end

---Returns a registered queue by its name.
---@param name string The queue's name.
---@return queue? # the queue, nil when none of that name is registered
function dbos.get_queue(name) end

---@class dbos.list_queues.options
---@field application_name? string|string[] Only queues of one of these applications.
---@field unregistered? boolean Queues too that no application has registered, if workflows are on them or ended there in the last five minutes, and one without a name for workflows that are on none.

---Returns the registered queues that match all of the options, by name.
---@param options? dbos.list_queues.options
---@return queue[] # the queues; an empty array when none matches
function dbos.list_queues(options) end

---@class dbos.update_queue.options
---@field concurrency? integer How many of its workflows may run at once. At least 1.
---@field worker_concurrency? integer How many of them one executor may run at once. At least 1.
---@field rate_limit? rate_limit How many may start in a period.
---@field partition_concurrency? integer How many workflows of one partition may run at once. At least 1.
---@field partition_worker_concurrency? integer How many of them one executor may run at once. At least 1.
---@field partition_rate_limit? rate_limit How many of one partition may start in a period.
---@field priority_enabled? boolean Whether older SDKs order it by priority.
---@field partition_queue? boolean Whether its workflows need a partition key.
---@field polling_interval? dbos.duration How often an executor looks for work.
---@field clear? "concurrency"|"worker_concurrency"|"rate_limit"|"partition_concurrency"|"partition_worker_concurrency"|"partition_rate_limit"|("concurrency"|"worker_concurrency"|"rate_limit"|"partition_concurrency"|"partition_worker_concurrency"|"partition_rate_limit")[] The limits to remove.

---Changes limits of a registered queue; what is not named stays as it is.
---@param name string The queue's name.
---@param options? dbos.update_queue.options
---@return queue # the queue as it is stored
function dbos.update_queue(name, options) end

---Pauses a registered queue: no workflow of it starts until it is resumed.
---@param name string The queue's name.
---@return queue # the queue, with the limits that hold again once it is resumed
function dbos.pause_queue(name) end

---Ends the pause of a registered queue: the limits that it had hold again.
---@param name string The queue's name.
---@return queue # the queue as it is stored
function dbos.resume_queue(name) end

---Deletes a registered queue.
---@param name string The queue's name.
---@return integer # how many workflows wait on it, which nobody takes until the queue is registered again
function dbos.delete_queue(name) end

---@class dbos.prune.options.where
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.

---@class dbos.prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer Keeps so many workflows of each name: of those that match, the ones that ended last. At least 1.
---@field batch_size? integer The most workflows that one transaction deletes; it deletes fewer if these take long. At least 1. At most 100000. Default: 1000.
---@field pause? dbos.duration The pause after each transaction; it is longer while others wait for locks of the call, or a replica lags. At least 0.
---@field where? dbos.prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.
---@field each? fun(deleted: integer, total: integer): any Called after each transaction, with how many workflows are deleted, and of how many. Its error ends the call.

---Deletes finished workflows that are old, or all but the newest of each name, with all that belongs to them.
---@param options? dbos.prune.options
---@return pruned # the deleted workflows by name and state, and how many were left
function dbos.prune(options) end

---@class dbos.plan_prune.options.where
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.

---@class dbos.plan_prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer Keeps so many workflows of each name: of those that match, the ones that ended last. At least 1.
---@field where? dbos.plan_prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.

---Returns the workflows that dbos.prune would delete: their number by name and state, their size, and the times at which they ended.
---@param options? dbos.plan_prune.options
---@return prune_plan # the number, the size, the times and the groups; a number of 0 if nothing would be deleted
function dbos.plan_prune(options) end

---@class dbos.executors.options
---@field silent_for? dbos.duration After this time without a sign of life an executor is silent. At least 0. Default: 5m.
---@field executor_ids? string|string[] Only executors with one of these ids.
---@field application_version? string|string[] Only executors of one of these versions.
---@field application_name? string|string[] Only executors of one of these applications.

---Returns the executors that run workflows, with the number of their unfinished workflows and their last sign of life.
---@param options? dbos.executors.options
---@return executor[] # the executors that have PENDING workflows or have lately ended a step or a workflow, by application, id and version; an empty array when there are none
function dbos.executors(options) end

---@class dbos.orphans.options
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.
---@field limit? integer At most so many workflows. At least 0.
---@field offset? integer Leaves out so many workflows first. At least 0.
---@field sort_desc? boolean Newest first, instead of oldest first.
---@field load_input? boolean Reads the inputs too.
---@field load_output? boolean Reads the outputs and errors too.
---@field load_progress? boolean Reads how many steps have ended, and the last one of them, too.
---@field application_version? string|string[] The same as app_version.
---@field silent_for? dbos.duration Also workflows of executors that have shown no sign of life for so long; when not given, only those of dead executors. At least 0.

---Returns the PENDING workflows of executors that have died.
---@param options? dbos.orphans.options
---@return orphan[] # the workflows with the verdict on their executors, the oldest first; an empty array when there are none
function dbos.orphans(options) end

---Puts workflows of executors that have died back on their queues, for other executors to go on with.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.orphans.
---@return recovery # the outcome for each workflow, with `fenced` and `may_run_twice`
function dbos.recover(selection) end

---@class dbos.count.options
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.

---Counts the workflows that match all of the options.
---@param options? dbos.count.options
---@return integer # how many there are
function dbos.count(options) end

---@class dbos.get_workflow_aggregates.options
---@field group_by? "status"|"name"|"queue_name"|"executor_id"|"application_version"|"application_name"|("status"|"name"|"queue_name"|"executor_id"|"application_version"|"application_name")[] The columns whose values make a group.
---@field select? "count"|"min_created_at"|"max_queue_wait_ms"|"max_total_latency_ms"|("count"|"min_created_at"|"max_queue_wait_ms"|"max_total_latency_ms")[] The values to compute for each group; the count when not given.
---@field time_bucket? dbos.duration Groups by the time of creation too, in buckets of this length, counted from 1970. At least 0.
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time; of two times the later one counts.
---@field created_before? dbos.when The same as end_time; of two times the earlier one counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that run for one of these users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue; without a status, only unfinished ones.
---@field executor_ids? string|string[] Only workflows that one of these executors ran.
---@field forked_from? string|string[] Only workflows forked from one of these.
---@field is_fork? boolean Only workflows that are, or are not, forks.
---@field was_forked_from? boolean Only workflows that something was, or was not, forked from.
---@field parent_workflow_id? string|string[] Only workflows that one of these started.
---@field has_parent? boolean Only workflows that have, or have not, a parent.
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes hold all of these members.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong, or do not belong, to a debouncer.
---@field held? boolean Only workflows that are, or are not, held.

---Groups the workflows that match all of the options, and counts each group.
---@param options? dbos.get_workflow_aggregates.options
---@return workflow_group[] # the groups, sorted by the columns of group_by; an empty array when no workflow matches
function dbos.get_workflow_aggregates(options) end

---@class dbos.get_step_aggregates.options
---@field group_by? "function_name"|"status"|("function_name"|"status")[] The columns whose values make a group.
---@field select? "count"|"max_duration_ms"|("count"|"max_duration_ms")[] The values to compute for each group; the count when not given.
---@field time_bucket? dbos.duration Groups by the time of completion too, in buckets of this length, counted from 1970. At least 0.
---@field status? "SUCCESS"|"ERROR"|("SUCCESS"|"ERROR")[] Only steps in one of these states.
---@field function_name? string|string[] Only steps with one of these names.
---@field workflow_id_prefix? string|string[] Only steps of workflows whose id starts with one of these texts, taken literally.
---@field completed_after? dbos.when Only steps that ended at or after this time.
---@field completed_before? dbos.when Only steps that ended at or before this time.
---@field application_name? string|string[] Only steps of one of these applications.

---Groups the finished steps that match all of the options, and counts each group.
---@param options? dbos.get_step_aggregates.options
---@return step_group[] # the groups, sorted by the columns of group_by; an empty array when no step matches
function dbos.get_step_aggregates(options) end

---@class dbos.failures.options
---@field by? "error"|"step"|"name"|"version" The common value of a group's workflows; error, with the step that failed, when not given.
---@field new_since? dbos.when A group is new if none of its workflows failed before this time.
---@field examples? integer The number of examples of each group; 3 when not given. At least 0. At most 20.

---Groups failed workflows by the common part of their messages.
---@param filter? any The failed workflows: the options of dbos.list_workflows, or ids. Without a status, all in ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? dbos.failures.options
---@return failure_group[] # the groups, the largest first; an empty array if no workflow failed
function dbos.failures(filter, options) end

---Returns why a workflow moves, or does not.
---@param workflow_id string The workflow's id; or the name of a schedule, the id of a run that it has not started, or a deduplication id.
---@return explanation # the workflow's state, and the reasons for it with their evidence, the most important first; at least one
function dbos.explain(workflow_id) end

---@class dbos.rename_application.options
---@field old_name? string The application whose rows move.
---@field new_name string The application that owns them afterwards.
---@field adopt_unclaimed? boolean Moves rows without an owner too.
---@field batch_size? integer How many ended workflows move at a time; 10,000 when not given. At least 1. At most 1000000.

---Makes an application the owner of all rows of another one, of rows without an owner, or of both.
---@param options dbos.rename_application.options
---@return renamed # how many rows of each kind moved
function dbos.rename_application(options) end

---@class dbos.export.options
---@field to string The path of the file; one that ends in .gz is compressed. "-" is standard output.
---@field overwrite? boolean Replaces a file that exists.
---@field children? boolean Whether the workflows that they started are exported too, and theirs; true when not given.
---@field forks? boolean Exports their forks too, and the forks of these.
---@field mask? string|string[] What to mask in inputs, outputs, errors, steps, events, streams, messages and attributes: the name of a key, such as "password", at any depth; a path, such as "input.card" or "card.number", in which * is any key; "error.*" for all of each error; "@secrets" for the usual names of secrets. Case, _ and - make no difference.
---@field progress? fun(done: integer, total: integer): any Called after each batch with the number of workflows that are done, and of all.

---Writes workflows with their steps, events, streams, messages and children to a file, for dbos.import.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows.
---@param options dbos.export.options
---@return exported # how many workflows and rows were written, which ids do not exist, and which values were masked
function dbos.export(selection, options) end

---@class dbos.import.options
---@field progress? fun(done: integer, total: integer): any Called after each batch with the number of workflows that are done, and of all.

---Inserts the workflows of a file that dbos.export wrote. Workflows that have not ended are held.
---@param path string The path of the file. "-" is standard input.
---@param options? dbos.import.options
---@return imported # what happened to each workflow, with `held`, `differ` and `freed`
function dbos.import(path, options) end

---Returns the registered application versions, the latest first.
---@return version[] # the versions; an empty array when none is registered
function dbos.list_application_versions() end

---Returns the version whose executors take workflows without a version.
---@return version # the version
function dbos.get_latest_application_version() end

---Makes a registered version the latest, for example to roll back.
---@param version_name string The name of a registered version.
function dbos.set_latest_application_version(version_name) end

---Closes the connections to the database. Calls after it fail; a second one is harmless.
---@param timeout? dbos.duration How long to wait for calls under way; 5 seconds when not given.
function dbos.shutdown(timeout) end

---@class dbos.connect.options
---@field database_url? string The system database: postgres://… or sqlite:PATH. Nothing is added to it from the environment and the user's files (PGPASSWORD, ~/.pgpass, certificates).
---@field profile? string In place of a URL: a profile of dbos-script.toml, which keeps the password out of the script.
---@field database_schema? string The schema of its tables, on Postgres. Default: dbos.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the SDK that its applications are written with; when not given, their rows show it.
---@field application_name? string The application to work for: it owns new rows, and lists show its rows and rows without an owner.
---@field read_only? boolean Lets the database itself refuse every change.

---Opens another system database.
---@param options? dbos.connect.options
---@return client # a client, which has the functions of `dbos` as methods
function dbos.connect(options) end

return dbos
