---@meta dbos
-- Generated from the declarations. Do not edit.

---Works on the system database of a DBOS application: enqueue, list, cancel, resume and fork workflows, talk to them, manage schedules and versions.
---
---The functions work on the run's own database: `--db` names it, or `DBOS_SYSTEM_DATABASE_URL`, or it is the file dbos.sqlite of the current folder. `dbos.connect` opens another one.
---@class dbos.module
---@field dry_run boolean True in a dry run (`--dry-run`), which changes nothing: a call that would change something raises the errors that it would raise, and becomes a line of the plan at the end of the run. Later calls see a workflow in the state that it would have, and do not wait for it: for a workflow that the run has changed or made, `get_result` and `get_event` return nil at once, `get_status` returns that state, and `wait` returns it with `finished = false`. If it was cancelled, `get_result` raises `AwaitedWorkflowCancelled`. Lists leave out workflows that would no longer match, and workflows that the run has made.
---@field database any The URL of the run's database, without the password.
dbos = {}

---@class dbos.portable_args.options
---@field positional? dbos.data[] The positional arguments, in order.
---@field named? table<string, dbos.data> The named arguments; only Python applications take them.

---Makes the input of a workflow of an application in any language.
---
---Kind: pure.
---@param options? dbos.portable_args.options
---@return portable_args # the arguments, to be passed as the input
function dbos.portable_args(options) end

---@class dbos.enqueue.options
---@field workflow_id? string The new workflow's id; a random UUID when not given. If a workflow has this id already, its handle is returned and nothing is enqueued.
---@field application_version? string The application version that must run it; when not given, the latest one of its application.
---@field timeout? dbos.duration How long it may run from the moment it is dequeued. At least 0.
---@field deduplication_id? string At most one unfinished workflow of a queue has this id.
---@field deduplication_policy? "reject"|"return_existing" If another workflow holds the deduplication id: raise an error, or return the handle of that workflow. Default: reject.
---@field priority? integer Its priority on the queue: 0 is the highest, then 1 to 2147483647.
---@field class_name? string The class of the function, for applications that dispatch by class.
---@field config_name? string The configured instance the function belongs to.
---@field delay? dbos.duration How long it waits as DELAYED before it is put on the queue. At least 0.
---@field queue_partition_key? string Its partition, if the queue is partitioned.
---@field authenticated_user? string The user it runs for.
---@field assumed_role? string The role in which that user acts.
---@field authenticated_roles? string|string[] The roles of that user.
---@field application_name? string The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field attributes? table<string, dbos.data> JSON data by which the filter attributes of dbos.list_workflows finds it.
---@field workflow_id_reuse_policy? "return_existing"|"reject" If a workflow has the id: return its handle, or raise an error. Default: return_existing.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how a plain input is written. When not given, the rows of the database show it.
---@field strict? boolean Whether an unknown queue, name, class or version, or a missing partition key, is an error instead of a warning.

---Puts a workflow on a queue, for the application's executors to run.
---
---Kind: changes.
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
---@field assumed_role? string The role in which that user acts.
---@field authenticated_roles? string|string[] The roles of that user.
---@field application_name? string The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow.
---@field attributes? table<string, dbos.data> JSON data by which the filter attributes of dbos.list_workflows finds it.
---@field workflow_id_reuse_policy? "return_existing"|"reject" If a workflow has the id: return its handle, or raise an error. Default: return_existing.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how a plain input is written. When not given, the rows of the database show it.
---@field strict? boolean Whether an unknown queue, name, class or version, or a missing partition key, is an error instead of a warning.
---@field workflow_ids? string|string[] An id for each input, in the same order; random UUIDs when not given.
---@field deduplication_ids? string|string[] A deduplication id for each input, in the same order.

---Puts a workflow on a queue for each input: all of them, or none if there is an error.
---
---Kind: changes.
---@param queue_name string The queue to put the workflows on.
---@param workflow_name string The name the workflow function is registered under.
---@param inputs dbos.data[] The input of each workflow.
---@param options? dbos.enqueue_many.options
---@return handle[] # the handles, in the order of the inputs; the array also has the fields of `changes`, where a workflow whose id exists is unchanged
function dbos.enqueue_many(queue_name, workflow_name, inputs, options) end

---Returns the handle of a workflow.
---
---Kind: reads.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).
---@field limit? integer The largest number of workflows. At least 0.
---@field offset? integer The number of workflows to leave out at the start of the list. At least 0.
---@field sort_desc? boolean Whether the newest come first, instead of the oldest.
---@field load_input? boolean Whether inputs are read too.
---@field load_output? boolean Whether outputs and errors are read too.
---@field load_progress? boolean Whether the number of ended steps is read too, and the last of them.

---Returns the workflows that match all of the options, oldest first.
---
---Kind: reads.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).
---@field limit? integer The largest number of workflows. At least 0.
---@field offset? integer The number of workflows to leave out at the start of the list. At least 0.
---@field sort_desc? boolean Whether the newest come first, instead of the oldest.
---@field load_input? boolean Whether inputs are read too.
---@field load_output? boolean Whether outputs and errors are read too.
---@field load_progress? boolean Whether the number of ended steps is read too, and the last of them.
---@field page_size? integer The number of rows that are read at a time and held in memory. At least 1. At most 100000. Default: 500.

---Walks over the workflows that match all of the options, oldest first, in constant memory.
---
---Kind: reads.
---@param options? dbos.workflows.options
---@return fun(): workflow? # an iterator over the workflows
function dbos.workflows(options) end

---Walks over the ids of workflows in batches, oldest first, in constant memory.
---
---Kind: reads.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows.
---@param size? integer The largest number of ids in a batch. At least 1. At most 100000. Default: 500.
---@return fun(): string[]? # an iterator over arrays of ids
function dbos.batches(selection, size) end

---@class dbos.get_workflow_steps.options
---@field load_output? boolean Also reads the values that the steps returned.
---@field limit? integer The largest number of steps to return. At least 0.
---@field offset? integer The number of steps to leave out at the start. At least 0.

---Returns the finished steps of a workflow, in order.
---
---Kind: reads.
---@param workflow_id string The workflow's id.
---@param options? dbos.get_workflow_steps.options
---@return step[] # the steps; an empty array if none has finished
function dbos.get_workflow_steps(workflow_id, options) end

---@class dbos.cancel_workflow.options
---@field cancel_children? boolean Whether the workflows that it started are cancelled too, and theirs.

---Cancels a workflow: takes it off its queue, or stops it at its next step.
---
---Kind: changes.
---@param workflow_id string The workflow's id.
---@param options? dbos.cancel_workflow.options
function dbos.cancel_workflow(workflow_id, options) end

---@class dbos.cancel_workflows.options
---@field cancel_children? boolean Whether the workflows that it started are cancelled too, and theirs.

---Cancels many workflows.
---
---Kind: changes.
---@param ids string[] The workflows' ids.
---@param options? dbos.cancel_workflows.options
---@return changes # what happened to each workflow, with `cancel_children` of descendants too
function dbos.cancel_workflows(ids, options) end

---@class dbos.resume_workflow.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts a workflow back on a queue, to run on from its last completed step.
---
---Kind: changes.
---@param workflow_id string The workflow's id.
---@param options? dbos.resume_workflow.options
---@return handle # the workflow's handle
function dbos.resume_workflow(workflow_id, options) end

---@class dbos.resume_workflows.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts many workflows back on a queue, to run on from their last completed steps.
---
---Kind: changes.
---@param ids string[] The workflows' ids.
---@param options? dbos.resume_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.resume_workflows(ids, options) end

---@class dbos.rerun_workflows.options
---@field queue_name? string The queue to put them on. When not given, each goes to the queue of its row, or if that names none, as after a cancellation, to the internal queue.
---@field from? "failed"|"last"|"start" Where a fork begins: at the last step that failed (after the last step, if the workflow failed outside of a step), at the last step, or at the start. A workflow that can be resumed goes on after its last completed step. Default: failed.

---Reruns workflows that did not succeed. It resumes a workflow that can be resumed, and forks another from its failed step, unless it has such a fork.
---
---Kind: changes.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows. A filter without a status selects ERROR, CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? dbos.rerun_workflows.options
---@return handle[] # a handle for each workflow that exists, or for its fork if it has one; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.rerun_workflows(selection, options) end

---@class dbos.rewind_workflow.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; unchanged when not given.
---@field start_step? any The first step to run again; the results of all steps with a lower number stay. Its number, 0 when not given; or {step_id = 3}, the step of that number, which each workflow must have reached.

---Runs an ended workflow again from a step on, under the same id.
---
---Kind: changes.
---@param workflow_id string The workflow's id.
---@param options? dbos.rewind_workflow.options
---@return handle # the workflow's handle
function dbos.rewind_workflow(workflow_id, options) end

---@class dbos.rewind_workflows.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; unchanged when not given.
---@field start_step? any The first step to run again; the results of all steps with a lower number stay. Its number, 0 when not given; or {step_id = 3}, the step of that number, which each workflow must have reached.

---Runs many ended workflows again from a step on, under the same ids.
---
---Kind: changes.
---@param ids string[] The workflows' ids.
---@param options? dbos.rewind_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function dbos.rewind_workflows(ids, options) end

---@class dbos.set_workflow_delay.options
---@field delay? dbos.duration The time from now until it is due. At least 0.
---@field delay_until? dbos.when The time at which it is due. A time in the past makes it due at once.

---Changes when a DELAYED workflow becomes due.
---
---Kind: changes.
---@param workflow_id string The workflow's id.
---@param options? dbos.set_workflow_delay.options
function dbos.set_workflow_delay(workflow_id, options) end

---@class dbos.set_workflow_delays.options
---@field delay? dbos.duration The time from now until it is due. At least 0.
---@field delay_until? dbos.when The time at which it is due. A time in the past makes it due at once.

---Changes when many DELAYED workflows become due.
---
---Kind: changes.
---@param ids string[] The workflows' ids.
---@param options? dbos.set_workflow_delays.options
---@return changes # what happened to each workflow
function dbos.set_workflow_delays(ids, options) end

---Changes the priority of workflows that wait on a queue.
---
---Kind: changes.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param priority integer 0 is the highest, then 1 to 2147483647. At least 0. At most 2147483647.
---@return changes # what happened to each workflow
function dbos.set_priority(selection, priority) end

---Holds workflows that wait, so that no executor takes them until they are released.
---
---Kind: changes.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function dbos.hold(selection) end

---Releases held workflows. Each has its former state, and its place in the queue.
---
---Kind: changes.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function dbos.release(selection) end

---Moves workflows that wait to another queue.
---
---Kind: changes.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param queue_name string The queue.
---@return changes # what happened to each workflow
function dbos.move_queue(selection, queue_name) end

---Changes the application version of workflows that wait.
---
---Kind: changes.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param version string The application version.
---@return changes # what happened to each workflow
function dbos.move_version(selection, version) end

---@class dbos.set_workflow_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of a workflow, or sets some of them.
---
---Kind: changes.
---@param workflow_id string The workflow's id.
---@param attributes? table<string, dbos.data> The attributes: JSON data by name.
---@param options? dbos.set_workflow_attributes.options
function dbos.set_workflow_attributes(workflow_id, attributes, options) end

---@class dbos.set_workflows_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of many workflows, or sets some of them.
---
---Kind: changes.
---@param ids string[] The workflows' ids.
---@param attributes? table<string, dbos.data> The attributes of each: JSON data by name.
---@param options? dbos.set_workflows_attributes.options
---@return changes # what happened to each workflow
function dbos.set_workflows_attributes(ids, attributes, options) end

---@class dbos.delete_workflows.options
---@field delete_children? boolean Whether the workflows that it started are deleted too, and theirs.

---Deletes workflows with their steps, messages, events and streams. They may be in any state.
---
---Kind: changes.
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
---@field replacement_children? table<string, string> Other workflows whose results the fork reads: by the id of each child in the copied steps, the id of the workflow in its place.
---@field start_step? any The first step to run again; the results of all steps with a lower number are taken over. Its number, 0 when not given; "failed", the last step that failed (after the last step, if the workflow failed outside of a step); "last", the last step; {step_name = "charge"}, the first step of that name; or {step_id = 3}, the step of that number, which the workflow must have reached.

---Runs a workflow again from a step on, as a new workflow.
---
---Kind: changes.
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
---@field replacement_children? table<string, string> Other workflows whose results the fork reads: by the id of each child in the copied steps, the id of the workflow in its place.
---@field start_step? any The first step to run again; the results of all steps with a lower number are taken over. Its number, 0 when not given; "failed", the last step that failed (after the last step, if the workflow failed outside of a step); "last", the last step; {step_name = "charge"}, the first step of that name; or {step_id = 3}, the step of that number, which the workflow must have reached.

---Forks many workflows: all of them, or none if there is an error.
---
---Kind: changes.
---@param forks dbos.fork_workflows.forks[] One table for each fork, with the keys of dbos.fork_workflow.
---@return handle[] # the handles of the new workflows, in the order given; the array also has the fields of `changes`, whose outcomes are the originals' with their `forked_id`
function dbos.fork_workflows(forks) end

---@class dbos.send.options
---@field idempotency_key? string A key of the message. If the destination has a message with this key already, it is not sent again.
---@field send_to_forks? boolean Also sends the message to all forks of the destination, and to their forks.

---Sends a message to a workflow.
---
---Kind: changes.
---@param destination_id string The workflow that receives the message. It may be in any state.
---@param message dbos.data The message to send: JSON data.
---@param topic? string The topic on which the workflow receives the message. Without it the message has no topic.
---@param options? dbos.send.options
function dbos.send(destination_id, message, topic, options) end

---@class dbos.send_many.messages
---@field destination_id string The workflow that receives the message. It may be in any state.
---@field message? dbos.data The message to send: JSON data.
---@field topic? string The topic on which the workflow receives the message. Without it the message has no topic.
---@field send_to_forks? boolean Also sends the message to all forks of the destination, and to their forks.
---@field idempotency_key? string A key of the message. If the destination has a message with this key already, it is not sent again.

---Sends many messages together: all of them, or none if there is an error.
---
---Kind: changes.
---@param messages dbos.send_many.messages[] One table for each message.
function dbos.send_many(messages) end

---Returns the latest value that a workflow published under a key; waits if there is none yet.
---
---Kind: reads.
---@param workflow_id string The workflow that publishes the event.
---@param key string The key of the event.
---@param timeout? dbos.duration The longest wait; 0 reads once. Default: 60s.
---@return dbos.data # the value
function dbos.get_event(workflow_id, key, timeout) end

---@class dbos.read_stream.options
---@field from_offset? integer The number of values to leave out at the start of the stream. At least 0.
---@field snapshot? boolean Reads the values that exist now, and does not wait for more.

---Waits until a stream ends, and returns all of its values.
---
---Kind: reads.
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
---
---Kind: reads.
---@param workflow_id string The workflow that writes the stream.
---@param key string The stream's key.
---@param options? dbos.read_stream_async.options
---@return fun(): dbos.data? # an iterator over the values; a null is `json.null`
function dbos.read_stream_async(workflow_id, key, options) end

---@class dbos.wait.options
---@field timeout? dbos.duration The longest wait. Without it the wait has no limit. At least 0.
---@field polling_interval? dbos.duration The longest pause between two reads; pauses are shorter at first, and while workflows end. At least 0. Default: 1s.
---@field each? fun(handle: handle, status: string): any Called with the handle and the state of each workflow when it ends, in the order in which they are seen to end.
---@field partial? boolean Whether the call returns the known outcomes at the timeout, instead of raising Timeout.

---Waits for many workflows to end, with one query per poll for all of them, and returns the outcome of each.
---
---Kind: reads.
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
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the context is written. When not given, the rows of the database show it; if they do not, the schedule is refused.

---Adds a schedule, by which the application starts a workflow again and again.
---
---Kind: changes.
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
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the context is written. When not given, the rows of the database show it; if they do not, the schedule is refused.

---Creates schedules, and changes existing ones to the given definitions: all of them, or none if there is an error.
---
---Kind: changes.
---@param schedules dbos.apply_schedules.schedules[] One table for each schedule, with the keys of dbos.create_schedule.
---@return changes # what happened to each schedule
function dbos.apply_schedules(schedules) end

---@class dbos.update_schedule.options
---@field workflow_name? string The name of the workflow to start.
---@field workflow_class_name? string The class of that workflow, for applications that dispatch by class.
---@field schedule? string A cron text: five fields, or six with the seconds first, or @hourly, @daily, @weekly, @monthly, @yearly.
---@field context? dbos.data Data that each run receives besides the time of its tick: JSON data.
---@field automatic_backfill? boolean Lets an application that starts backfill the ticks since the last run.
---@field cron_timezone? string The IANA time zone in which the cron text is read.
---@field queue_name? string The queue to put the runs on.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the context is written. When not given, the rows of the database show it; if they do not, a new context, class, workflow or queue is refused.
---@field clear? "context"|"queue_name"|"workflow_class_name"|"cron_timezone"|("context"|"queue_name"|"workflow_class_name"|"cron_timezone")[] The values to remove: without a queue the runs go on the internal queue, without a time zone the cron text is read in UTC.

---Changes a schedule; what is not named stays as it is.
---
---Kind: changes.
---@param schedule_name string The schedule's name.
---@param options? dbos.update_schedule.options
---@return schedule # the schedule as it is stored
function dbos.update_schedule(schedule_name, options) end

---Returns a schedule by its name.
---
---Kind: reads.
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
---
---Kind: reads.
---@param options? dbos.list_schedules.options
---@return schedule[] # the schedules; an empty array when none matches
function dbos.list_schedules(options) end

---Pauses a schedule: no runs start until it is resumed.
---
---Kind: changes.
---@param schedule_name string The schedule's name.
function dbos.pause_schedule(schedule_name) end

---Resumes a paused schedule.
---
---Kind: changes.
---@param schedule_name string The schedule's name.
function dbos.resume_schedule(schedule_name) end

---Removes a schedule. Workflows that it has started go on.
---
---Kind: changes.
---@param schedule_name string The schedule's name.
function dbos.delete_schedule(schedule_name) end

---@class dbos.backfill_schedule.options
---@field dry_run? boolean Starts nothing, and returns the same as dbos.plan_backfill.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts the missed runs of a schedule: one for each tick between two times that has no run. It starts all of them, or none if there is an error.
---
---Kind: changes.
---@param schedule_name string The schedule's name.
---@param start dbos.when Only ticks after this time.
---@param end_ dbos.when Only ticks before this time.
---@param options? dbos.backfill_schedule.options
---@return dbos.data # an array with the id of the run of each tick, in order, also if the run existed before; it also has the fields of `changes`, where a tick that had a run is unchanged; with `dry_run` an array of ticks
function dbos.backfill_schedule(schedule_name, start, end_, options) end

---@class dbos.plan_backfill.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Returns the outcome that `dbos.backfill_schedule` would have for each tick; changes nothing.
---
---Kind: reads.
---@param schedule_name string The schedule's name.
---@param start dbos.when Only ticks after this time.
---@param end_ dbos.when Only ticks before this time.
---@param options? dbos.plan_backfill.options
---@return tick[] # the ticks, in order
function dbos.plan_backfill(schedule_name, start, end_, options) end

---@class dbos.trigger_schedule.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts a run of a schedule for the present time, also if the schedule is paused.
---
---Kind: changes.
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
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the key is stored. When not given, the rows of the database show it.

---Makes a debouncer of a workflow. It does not read the database.
---
---Kind: pure.
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
---
---Kind: changes.
---@param options dbos.register_queue.options
---@return queue # the queue as it is stored
function dbos.register_queue(options) end

---Returns a registered queue by its name.
---
---Kind: reads.
---@param name string The queue's name.
---@return queue? # the queue, nil when none of that name is registered
function dbos.get_queue(name) end

---@class dbos.list_queues.options
---@field application_name? string|string[] Only queues of one of these applications.
---@field unregistered? boolean Queues too that no application has registered, if workflows are on them or ended there in the last five minutes, and one without a name for workflows that are on none.

---Returns the registered queues that match all of the options, by name.
---
---Kind: reads.
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
---
---Kind: changes.
---@param name string The queue's name.
---@param options? dbos.update_queue.options
---@return queue # the queue as it is stored
function dbos.update_queue(name, options) end

---Pauses a registered queue: no workflow of it starts until it is resumed.
---
---Kind: changes.
---@param name string The queue's name.
---@return queue # the queue, with the limits that hold again once it is resumed
function dbos.pause_queue(name) end

---Ends the pause of a registered queue: the limits that it had hold again.
---
---Kind: changes.
---@param name string The queue's name.
---@return queue # the queue as it is stored
function dbos.resume_queue(name) end

---Deletes a registered queue.
---
---Kind: changes.
---@param name string The queue's name.
---@return integer # how many workflows wait on it, which nobody takes until the queue is registered again
function dbos.delete_queue(name) end

---@class dbos.bulk.options.max_waiting
---@field queue string The queue.
---@field n integer How many workflows may be ENQUEUED on it. At least 1.

---@class dbos.bulk.options
---@field id? string The id of the bulk run. A second call with the same id goes on with it, or returns its outcome. Random when not given.
---@field batch_size? integer How many workflows one transaction changes. At least 1. At most 10000. Default: 500.
---@field rps? integer The largest number of workflows that are changed in a second; no limit when not given. At least 1.
---@field concurrency? integer How many of the changed workflows may be unfinished at once; no limit when not given. At least 1.
---@field canary? number The size of a first wave, whose ends are awaited before the rest: a number of changed workflows, or below 1 a share of all. If it does not end in SUCCESS, the rest stays untouched. At least 0.
---@field max_failed_share? number The run stops if more than this share of the changed workflows that have ended failed; no limit when not given. Without it, each workflow of a canary must succeed. At least 0. At most 1.
---@field max_waiting? dbos.bulk.options.max_waiting The queue that the run must not fill, and how many workflows may wait on it; no limit when not given.
---@field pause_when? fun(stats: bulk_stats): any Called before each batch with the numbers of the run. While it returns a value other than false and nil, the run waits; a text is shown as the reason.

---Selects workflows for one change of all of them, in batches. The methods of the result make the change.
---
---Kind: pure.
---@param selection any The workflows' ids, a failure group, or a filter: the options of dbos.list_workflows.
---@param options? dbos.bulk.options
---@return bulk # the bulk, whose methods are the verbs
function dbos.bulk(selection, options) end

---@class dbos.list_bulks.options
---@field state? "running"|"paused"|"stopped"|"done"|("running"|"paused"|"stopped"|"done")[] Only runs in one of these states; all of them when not given.
---@field limit? integer The largest number of runs. At least 1. Default: 100.

---Returns the bulk runs of the database, the newest first.
---
---Kind: reads.
---@param options? dbos.list_bulks.options
---@return bulk_run[] # the runs; an empty array if there are none
function dbos.list_bulks(options) end

---Returns a bulk run.
---
---Kind: reads.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function dbos.get_bulk(id) end

---Walks over the outcomes of a bulk run, in the order of its batches, in constant memory.
---
---Kind: reads.
---@param run any The run, as a verb or dbos.get_bulk returns it, or its id.
---@param outcome? "changed"|"unchanged"|"unknown"|"drifted" Only workflows with this outcome.
---@return fun(): change? # an iterator over the outcomes of the workflows that are done
function dbos.bulk_outcomes(run, outcome) end

---@class dbos.watch_bulk.options
---@field until_state? "ended"|"taken" ended: until each of the workflows has ended; taken: until none of them waits for an executor. Default: ended.
---@field timeout? dbos.duration Stops following after this time; 0 looks once; no limit when not given. At least 0.

---Follows the workflows that a bulk run has changed, and returns what has become of them.
---
---Kind: reads.
---@param run any The run, as a verb or dbos.get_bulk returns it, or its id.
---@param options? dbos.watch_bulk.options
---@return bulk_end # how many have succeeded, failed, and are open
function dbos.watch_bulk(run, options) end

---Goes on with a bulk run that was interrupted, paused or stopped.
---
---Kind: changes.
---@param id string The id of the bulk run.
---@return bulk_run # the run, when it is done or was stopped
function dbos.continue_bulk(id) end

---Pauses a bulk run that is running. The batch under way ends before.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function dbos.pause_bulk(id) end

---Lets a paused bulk run go on, in the process that works on it.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function dbos.unpause_bulk(id) end

---Stops a bulk run that is running or paused. It can be continued.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@param reason? string The reason, which the run shows.
---@return bulk_run # the run as it is then
function dbos.stop_bulk(id, reason) end

---Sets the rate of a bulk run. It takes effect after the batch under way.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@param rps integer The largest number of workflows that it changes in a second; 0 for no limit. At least 0.
---@return bulk_run # the run as it is then
function dbos.set_bulk_rate(id, rps) end

---@class dbos.remove_bulks.options
---@field older_than? dbos.when Only runs that were done before this time; "30d" is 30 days ago.
---@field keep? integer The number of runs to keep: of the runs that are done, the last to end. At least 1.

---Removes the records of bulk runs that are done. The workflows stay as they are.
---
---Kind: outside.
---@param options? dbos.remove_bulks.options
---@return integer # how many runs were removed
function dbos.remove_bulks(options) end

---@class dbos.prune.options.where
---@field workflow_ids? string|string[] Only workflows with one of these ids.
---@field workflow_id_prefix? string|string[] Only workflows whose id starts with one of these texts, taken literally.
---@field status? "DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED"|("DELAYED"|"ENQUEUED"|"PENDING"|"SUCCESS"|"ERROR"|"CANCELLED"|"MAX_RECOVERY_ATTEMPTS_EXCEEDED")[] Only workflows in one of these states.
---@field name? string|string[] Only workflows with one of these names.
---@field start_time? dbos.when Only workflows created at or after this time.
---@field end_time? dbos.when Only workflows created at or before this time.
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).

---@class dbos.prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer The number of workflows of each name to keep: of the matching ones, the last to end. At least 1.
---@field batch_size? integer The most workflows that one transaction deletes; it deletes fewer if these take long. At least 1. At most 100000. Default: 1000.
---@field pause? dbos.duration The pause after each transaction; it is longer while others wait for locks of the call, or a replica lags. At least 0.
---@field where? dbos.prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.
---@field each? fun(deleted: integer, total: integer): any Called after each transaction, with how many workflows are deleted, and of how many. Its error ends the call.

---Deletes finished workflows that are old, or all but the newest of each name, with all that belongs to them.
---
---Kind: changes.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).

---@class dbos.plan_prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer The number of workflows of each name to keep: of the matching ones, the last to end. At least 1.
---@field where? dbos.plan_prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.

---Returns the workflows that dbos.prune would delete: their number by name and state, their size, and the times at which they ended.
---
---Kind: reads.
---@param options? dbos.plan_prune.options
---@return prune_plan # the number, the size, the times and the groups; a number of 0 if nothing would be deleted
function dbos.plan_prune(options) end

---@class dbos.executors.options
---@field silent_for? dbos.duration The time without a sign of life after which an executor is silent. At least 0. Default: 5m.
---@field executor_ids? string|string[] Only executors with one of these ids.
---@field application_version? string|string[] Only executors of one of these versions.
---@field application_name? string|string[] Only executors of one of these applications.

---Returns the executors that run workflows, with the number of their unfinished workflows and their last sign of life.
---
---Kind: reads.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).
---@field limit? integer The largest number of workflows. At least 0.
---@field offset? integer The number of workflows to leave out at the start of the list. At least 0.
---@field sort_desc? boolean Whether the newest come first, instead of the oldest.
---@field load_input? boolean Whether inputs are read too.
---@field load_output? boolean Whether outputs and errors are read too.
---@field load_progress? boolean Whether the number of ended steps is read too, and the last of them.
---@field application_version? string|string[] The same as app_version.
---@field silent_for? dbos.duration Also selects workflows of executors without a sign of life for this time. Without it, only workflows of dead executors. At least 0.

---Returns the PENDING workflows of executors that have died.
---
---Kind: reads.
---@param options? dbos.orphans.options
---@return orphan[] # the workflows with the verdict on their executors, the oldest first; an empty array when there are none
function dbos.orphans(options) end

---Puts workflows of executors that have died back on their queues, for other executors to go on with.
---
---Kind: changes.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).

---Counts the workflows that match all of the options.
---
---Kind: reads.
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
---@field created_after? dbos.when The same as start_time. If both are set, the later time counts.
---@field created_before? dbos.when The same as end_time. If both are set, the earlier time counts.
---@field app_version? string|string[] Only workflows of one of these application versions.
---@field user? string|string[] Only workflows that were started for one of these authenticated users.
---@field queue_name? string|string[] Only workflows on one of these queues.
---@field queue_partition_key? string|string[] Only workflows with one of these partition keys.
---@field queues_only? boolean Only workflows on a queue. Without a status it selects unfinished ones only.
---@field executor_ids? string|string[] Only workflows that one of these executors ran last.
---@field forked_from? string|string[] Only forks of one of these workflows, by their ids.
---@field is_fork? boolean Only forks (true), or only workflows that are no forks (false).
---@field was_forked_from? boolean Only workflows that have forks (true), or have none (false).
---@field parent_workflow_id? string|string[] Only children of one of these workflows, by their ids.
---@field has_parent? boolean Only workflows that a workflow started (true), or that none started (false).
---@field deduplication_id? string|string[] Only workflows that hold one of these deduplication ids.
---@field completed_after? dbos.when Only workflows that ended at or after this time.
---@field completed_before? dbos.when Only workflows that ended at or before this time.
---@field dequeued_after? dbos.when Only workflows last dequeued at or after this time.
---@field dequeued_before? dbos.when Only workflows last dequeued at or before this time.
---@field attributes? table<string, dbos.data> Only workflows whose attributes include all of these, with equal values.
---@field schedule_name? string|string[] Only workflows that one of these schedules started.
---@field application_name? string|string[] Only workflows of one of these applications.
---@field is_debounced? boolean Only workflows that belong to a debouncer (true), or to none (false).
---@field held? boolean Only held workflows (true), or only workflows that are not held (false).

---Groups the workflows that match all of the options, and counts each group.
---
---Kind: reads.
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
---
---Kind: reads.
---@param options? dbos.get_step_aggregates.options
---@return step_group[] # the groups, sorted by the columns of group_by; an empty array when no step matches
function dbos.get_step_aggregates(options) end

---@class dbos.failures.options
---@field by? "error"|"step"|"name"|"version" The common value of a group's workflows; error, with the step that failed, when not given.
---@field new_since? dbos.when A group is new if none of its workflows failed before this time.
---@field examples? integer The number of examples of each group; 3 when not given. At least 0. At most 20.

---Groups failed workflows by the common part of their messages.
---
---Kind: reads.
---@param filter? any The failed workflows: the options of dbos.list_workflows, or ids. Without a status, all in ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? dbos.failures.options
---@return failure_group[] # the groups, the largest first; an empty array if no workflow failed
function dbos.failures(filter, options) end

---Returns why a workflow moves, or does not.
---
---Kind: reads.
---@param workflow_id string The workflow's id; or the name of a schedule, the id of a run that it has not started, or a deduplication id.
---@return explanation # the workflow's state, and the reasons for it with their evidence, the most important first; at least one
function dbos.explain(workflow_id) end

---@class dbos.rename_application.options
---@field old_name? string The application whose rows move.
---@field new_name string The application that owns them afterwards.
---@field adopt_unclaimed? boolean Moves rows without an owner too.
---@field batch_size? integer How many ended workflows move at a time; 10,000 when not given. At least 1. At most 1000000.

---Makes an application the owner of all rows of another one, of rows without an owner, or of both.
---
---Kind: changes.
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
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows.
---@param options dbos.export.options
---@return exported # how many workflows and rows were written, which ids do not exist, and which values were masked
function dbos.export(selection, options) end

---@class dbos.import.options
---@field progress? fun(done: integer, total: integer): any Called after each batch with the number of workflows that are done, and of all.

---Inserts the workflows of a file that dbos.export wrote. Workflows that have not ended are held.
---
---Kind: changes.
---@param path string The path of the file. "-" is standard input.
---@param options? dbos.import.options
---@return imported # what happened to each workflow, with `held`, `differ` and `freed`
function dbos.import(path, options) end

---Returns the registered application versions, the latest first.
---
---Kind: reads.
---@return version[] # the versions; an empty array when none is registered
function dbos.list_application_versions() end

---Returns the version whose executors take workflows without a version.
---
---Kind: reads.
---@return version # the version
function dbos.get_latest_application_version() end

---Makes a registered version the latest, for example to roll back.
---
---Kind: changes.
---@param version_name string The name of a registered version.
function dbos.set_latest_application_version(version_name) end

---Closes the connections to the database. Calls after it fail; a second one is harmless.
---
---Kind: outside.
---@param timeout? dbos.duration How long to wait for calls under way; 5 seconds when not given.
function dbos.shutdown(timeout) end

---@class dbos.connect.options
---@field database_url? string The system database: postgres://… or sqlite:PATH. Nothing is added to it from the environment and the user's files (PGPASSWORD, ~/.pgpass, certificates).
---@field profile? string The name of a profile of dbos-script.toml, instead of a URL. It keeps the password out of the script.
---@field database_schema? string The schema of its tables, on Postgres. Default: dbos.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the SDK of its applications. When not given, their rows show it.
---@field application_name? string The application to work for: it owns new rows, and lists show its rows and rows without an owner.
---@field read_only? boolean Whether the database itself refuses every change.

---Opens another system database.
---
---Kind: outside.
---@param options? dbos.connect.options
---@return client # a client, which has the functions of `dbos` as methods
function dbos.connect(options) end

return dbos
