---@meta _
-- Generated from the declarations. Do not edit.

---A number of seconds, or text such as "90s", "1h30m", "7d".
---@alias dbos.duration number|string

---A time object, Unix seconds, RFC 3339 text, a date, or text relative to now such as "-24h".
---@alias dbos.when dbos.Time|number|string

---JSON data: nil, booleans, numbers, text, arrays, tables with names as keys, times, exact integers.
---@alias dbos.data any

---The words an error's code may be.
---@alias dbos.code
---| "AlreadyExists"
---| "AssertionFailed"
---| "AwaitedWorkflowCancelled"
---| "Conflict"
---| "ConflictingID"
---| "DeadLetterQueue"
---| "Denied"
---| "Initialization"
---| "Internal"
---| "Interrupted"
---| "InvalidArgument"
---| "InvalidOption"
---| "NoApplicationVersions"
---| "NoTerminal"
---| "NonExistentApplication"
---| "NonExistentVersion"
---| "NonExistentWorkflow"
---| "NotFound"
---| "ProgramFailed"
---| "QueueDeduplicated"
---| "QueueNotFound"
---| "ScheduleNotFound"
---| "Timeout"
---| "Unavailable"
---| "Undecodable"
---| "UnexpectedStatus"
---| "UnexpectedWorkflow"
---| "Unsupported"
---| "WorkflowFailed"
---| "WorkflowIDInUse"

---An open system database. It has the functions of `dbos` as methods.
---@class client
local _client = {}

---@class client.enqueue.options
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
---Kind: outside.
---@param queue_name string The queue to put the workflow on.
---@param workflow_name string The name the workflow function is registered under.
---@param input? dbos.data The workflow's input: JSON data, or dbos.portable_args for an application in another language than Go.
---@param options? client.enqueue.options
---@return handle # the handle of the workflow
function _client:enqueue(queue_name, workflow_name, input, options) end

---@class client.enqueue_many.options
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
---Kind: outside.
---@param queue_name string The queue to put the workflows on.
---@param workflow_name string The name the workflow function is registered under.
---@param inputs dbos.data[] The input of each workflow.
---@param options? client.enqueue_many.options
---@return handle[] # the handles, in the order of the inputs; the array also has the fields of `changes`, where a workflow whose id exists is unchanged
function _client:enqueue_many(queue_name, workflow_name, inputs, options) end

---Returns the handle of a workflow.
---
---Kind: reads.
---@param workflow_id string The workflow's id.
---@return handle # the handle
function _client:retrieve_workflow(workflow_id) end

---@class client.list_workflows.options
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
---@param options? client.list_workflows.options
---@return workflow[] # the workflows; an empty array when none matches
function _client:list_workflows(options) end

---@class client.workflows.options
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
---@param options? client.workflows.options
---@return fun(): workflow? # an iterator over the workflows
function _client:workflows(options) end

---Walks over the ids of workflows in batches, oldest first, in constant memory.
---
---Kind: reads.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows.
---@param size? integer The largest number of ids in a batch. At least 1. At most 100000. Default: 500.
---@return fun(): string[]? # an iterator over arrays of ids
function _client:batches(selection, size) end

---@class client.get_workflow_steps.options
---@field load_output? boolean Also reads the values that the steps returned.
---@field limit? integer The largest number of steps to return. At least 0.
---@field offset? integer The number of steps to leave out at the start. At least 0.

---Returns the finished steps of a workflow, in order.
---
---Kind: reads.
---@param workflow_id string The workflow's id.
---@param options? client.get_workflow_steps.options
---@return step[] # the steps; an empty array if none has finished
function _client:get_workflow_steps(workflow_id, options) end

---@class client.cancel_workflow.options
---@field cancel_children? boolean Whether the workflows that it started are cancelled too, and theirs.

---Cancels a workflow: takes it off its queue, or stops it at its next step.
---
---Kind: outside.
---@param workflow_id string The workflow's id.
---@param options? client.cancel_workflow.options
function _client:cancel_workflow(workflow_id, options) end

---@class client.cancel_workflows.options
---@field cancel_children? boolean Whether the workflows that it started are cancelled too, and theirs.

---Cancels many workflows.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param options? client.cancel_workflows.options
---@return changes # what happened to each workflow, with `cancel_children` of descendants too
function _client:cancel_workflows(ids, options) end

---@class client.resume_workflow.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts a workflow back on a queue, to run on from its last completed step.
---
---Kind: outside.
---@param workflow_id string The workflow's id.
---@param options? client.resume_workflow.options
---@return handle # the workflow's handle
function _client:resume_workflow(workflow_id, options) end

---@class client.resume_workflows.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts many workflows back on a queue, to run on from their last completed steps.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param options? client.resume_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function _client:resume_workflows(ids, options) end

---@class client.rerun_workflows.options
---@field queue_name? string The queue to put them on. When not given, each goes to the queue of its row, or if that names none, as after a cancellation, to the internal queue.
---@field from? "failed"|"last"|"start" Where a fork begins: at the last step that failed (after the last step, if the workflow failed outside of a step), at the last step, or at the start. A workflow that can be resumed goes on after its last completed step. Default: failed.

---Reruns workflows that did not succeed. It resumes a workflow that can be resumed, and forks another from its failed step, unless it has such a fork.
---
---Kind: outside.
---@param selection any The workflows' ids, or a filter: the options of dbos.list_workflows. A filter without a status selects ERROR, CANCELLED and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? client.rerun_workflows.options
---@return handle[] # a handle for each workflow that exists, or for its fork if it has one; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function _client:rerun_workflows(selection, options) end

---@class client.rewind_workflow.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; unchanged when not given.
---@field start_step? any The first step to run again; the results of all steps with a lower number stay. Its number, 0 when not given; or {step_id = 3}, the step of that number, which each workflow must have reached.

---Runs an ended workflow again from a step on, under the same id.
---
---Kind: outside.
---@param workflow_id string The workflow's id.
---@param options? client.rewind_workflow.options
---@return handle # the workflow's handle
function _client:rewind_workflow(workflow_id, options) end

---@class client.rewind_workflows.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; unchanged when not given.
---@field start_step? any The first step to run again; the results of all steps with a lower number stay. Its number, 0 when not given; or {step_id = 3}, the step of that number, which each workflow must have reached.

---Runs many ended workflows again from a step on, under the same ids.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param options? client.rewind_workflows.options
---@return handle[] # a handle for each workflow that exists, in the order of the ids; the array also has the fields of `changes`: `changed`, `unchanged`, `unknown` and `outcomes`
function _client:rewind_workflows(ids, options) end

---@class client.set_workflow_delay.options
---@field delay? dbos.duration The time from now until it is due. At least 0.
---@field delay_until? dbos.when The time at which it is due. A time in the past makes it due at once.

---Changes when a DELAYED workflow becomes due.
---
---Kind: outside.
---@param workflow_id string The workflow's id.
---@param options? client.set_workflow_delay.options
function _client:set_workflow_delay(workflow_id, options) end

---@class client.set_workflow_delays.options
---@field delay? dbos.duration The time from now until it is due. At least 0.
---@field delay_until? dbos.when The time at which it is due. A time in the past makes it due at once.

---Changes when many DELAYED workflows become due.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param options? client.set_workflow_delays.options
---@return changes # what happened to each workflow
function _client:set_workflow_delays(ids, options) end

---Changes the priority of workflows that wait on a queue.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param priority integer 0 is the highest, then 1 to 2147483647. At least 0. At most 2147483647.
---@return changes # what happened to each workflow
function _client:set_priority(selection, priority) end

---Holds workflows that wait, so that no executor takes them until they are released.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function _client:hold(selection) end

---Releases held workflows. Each has its former state, and its place in the queue.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@return changes # what happened to each workflow
function _client:release(selection) end

---Moves workflows that wait to another queue.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param queue_name string The queue.
---@return changes # what happened to each workflow
function _client:move_queue(selection, queue_name) end

---Changes the application version of workflows that wait.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.list_workflows. A filter without a status selects ENQUEUED and DELAYED.
---@param version string The application version.
---@return changes # what happened to each workflow
function _client:move_version(selection, version) end

---@class client.set_workflow_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of a workflow, or sets some of them.
---
---Kind: outside.
---@param workflow_id string The workflow's id.
---@param attributes? table<string, dbos.data> The attributes: JSON data by name.
---@param options? client.set_workflow_attributes.options
function _client:set_workflow_attributes(workflow_id, attributes, options) end

---@class client.set_workflows_attributes.options
---@field merge? boolean Sets the given keys and keeps the others. Without it, all attributes are replaced.

---Replaces the attributes of many workflows, or sets some of them.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param attributes? table<string, dbos.data> The attributes of each: JSON data by name.
---@param options? client.set_workflows_attributes.options
---@return changes # what happened to each workflow
function _client:set_workflows_attributes(ids, attributes, options) end

---@class client.delete_workflows.options
---@field delete_children? boolean Whether the workflows that it started are deleted too, and theirs.

---Deletes workflows with their steps, messages, events and streams. They may be in any state.
---
---Kind: outside.
---@param ids string[] The workflows' ids.
---@param options? client.delete_workflows.options
---@return changes # what happened to each workflow, descendants too
function _client:delete_workflows(ids, options) end

---@class client.fork_workflow.options
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
---Kind: outside.
---@param options client.fork_workflow.options
---@return handle # the handle of the new workflow
function _client:fork_workflow(options) end

---@class client.fork_workflows.forks
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
---Kind: outside.
---@param forks client.fork_workflows.forks[] One table for each fork, with the keys of dbos.fork_workflow.
---@return handle[] # the handles of the new workflows, in the order given; the array also has the fields of `changes`, whose outcomes are the originals' with their `forked_id`
function _client:fork_workflows(forks) end

---@class client.send.options
---@field idempotency_key? string A key of the message. If the destination has a message with this key already, it is not sent again.
---@field send_to_forks? boolean Also sends the message to all forks of the destination, and to their forks.

---Sends a message to a workflow.
---
---Kind: outside.
---@param destination_id string The workflow that receives the message. It may be in any state.
---@param message dbos.data The message to send: JSON data.
---@param topic? string The topic on which the workflow receives the message. Without it the message has no topic.
---@param options? client.send.options
function _client:send(destination_id, message, topic, options) end

---@class client.send_many.messages
---@field destination_id string The workflow that receives the message. It may be in any state.
---@field message? dbos.data The message to send: JSON data.
---@field topic? string The topic on which the workflow receives the message. Without it the message has no topic.
---@field send_to_forks? boolean Also sends the message to all forks of the destination, and to their forks.
---@field idempotency_key? string A key of the message. If the destination has a message with this key already, it is not sent again.

---Sends many messages together: all of them, or none if there is an error.
---
---Kind: outside.
---@param messages client.send_many.messages[] One table for each message.
function _client:send_many(messages) end

---Returns the latest value that a workflow published under a key; waits if there is none yet.
---
---Kind: reads.
---@param workflow_id string The workflow that publishes the event.
---@param key string The key of the event.
---@param timeout? dbos.duration The longest wait; 0 reads once. Default: 60s.
---@return dbos.data # the value
function _client:get_event(workflow_id, key, timeout) end

---@class client.read_stream.options
---@field from_offset? integer The number of values to leave out at the start of the stream. At least 0.
---@field snapshot? boolean Reads the values that exist now, and does not wait for more.

---Waits until a stream ends, and returns all of its values.
---
---Kind: reads.
---@param workflow_id string The workflow that writes the stream.
---@param key string The stream's key.
---@param options? client.read_stream.options
---@return dbos.data[] # the values, in order
---@return boolean # true if the stream has ended; only a snapshot can return false
function _client:read_stream(workflow_id, key, options) end

---@class client.read_stream_async.options
---@field from_offset? integer The number of values to leave out at the start of the stream. At least 0.
---@field snapshot? boolean Reads the values that exist now, and does not wait for more.

---Walks over the values of a stream while it is written, in constant memory.
---
---Kind: reads.
---@param workflow_id string The workflow that writes the stream.
---@param key string The stream's key.
---@param options? client.read_stream_async.options
---@return fun(): dbos.data? # an iterator over the values; a null is `json.null`
function _client:read_stream_async(workflow_id, key, options) end

---@class client.wait.options
---@field timeout? dbos.duration The longest wait. Without it the wait has no limit. At least 0.
---@field polling_interval? dbos.duration The longest pause between two reads; pauses are shorter at first, and while workflows end. At least 0. Default: 1s.
---@field each? fun(handle: handle, status: string): any Called with the handle and the state of each workflow when it ends, in the order in which they are seen to end.
---@field partial? boolean Whether the call returns the known outcomes at the timeout, instead of raising Timeout.

---Waits for many workflows to end, with one query per poll for all of them, and returns the outcome of each.
---
---Kind: reads.
---@param handles any[] The workflows to wait for: handles, or workflow ids.
---@param options? client.wait.options
---@return outcome[] # an outcome for each handle, in the order of the handles
function _client:wait(handles, options) end

---@class client.create_schedule.options
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
---Kind: outside.
---@param options client.create_schedule.options
function _client:create_schedule(options) end

---@class client.apply_schedules.schedules
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
---Kind: outside.
---@param schedules client.apply_schedules.schedules[] One table for each schedule, with the keys of dbos.create_schedule.
---@return changes # what happened to each schedule
function _client:apply_schedules(schedules) end

---@class client.update_schedule.options
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
---Kind: outside.
---@param schedule_name string The schedule's name.
---@param options? client.update_schedule.options
---@return schedule # the schedule as it is stored
function _client:update_schedule(schedule_name, options) end

---Returns a schedule by its name.
---
---Kind: reads.
---@param schedule_name string The schedule's name.
---@return schedule? # the schedule, nil when there is none
function _client:get_schedule(schedule_name) end

---@class client.list_schedules.options
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
---@param options? client.list_schedules.options
---@return schedule[] # the schedules; an empty array when none matches
function _client:list_schedules(options) end

---Pauses a schedule: no runs start until it is resumed.
---
---Kind: outside.
---@param schedule_name string The schedule's name.
function _client:pause_schedule(schedule_name) end

---Resumes a paused schedule.
---
---Kind: outside.
---@param schedule_name string The schedule's name.
function _client:resume_schedule(schedule_name) end

---Removes a schedule. Workflows that it has started go on.
---
---Kind: outside.
---@param schedule_name string The schedule's name.
function _client:delete_schedule(schedule_name) end

---@class client.backfill_schedule.options
---@field dry_run? boolean Starts nothing, and returns the same as dbos.plan_backfill.
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts the missed runs of a schedule: one for each tick between two times that has no run. It starts all of them, or none if there is an error.
---
---Kind: outside.
---@param schedule_name string The schedule's name.
---@param start dbos.when Only ticks after this time.
---@param end_ dbos.when Only ticks before this time.
---@param options? client.backfill_schedule.options
---@return dbos.data # an array with the id of the run of each tick, in order, also if the run existed before; it also has the fields of `changes`, where a tick that had a run is unchanged; with `dry_run` an array of ticks
function _client:backfill_schedule(schedule_name, start, end_, options) end

---@class client.plan_backfill.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Returns the outcome that `dbos.backfill_schedule` would have for each tick; changes nothing.
---
---Kind: reads.
---@param schedule_name string The schedule's name.
---@param start dbos.when Only ticks after this time.
---@param end_ dbos.when Only ticks before this time.
---@param options? client.plan_backfill.options
---@return tick[] # the ticks, in order
function _client:plan_backfill(schedule_name, start, end_, options) end

---@class client.trigger_schedule.options
---@field sdk? "go"|"python"|"typescript"|"java" The language of the application's DBOS SDK, which decides how the runs are written. When not given, the rows of the database show it; if they do not, the call is refused.

---Starts a run of a schedule for the present time, also if the schedule is paused.
---
---Kind: outside.
---@param schedule_name string The schedule's name.
---@param options? client.trigger_schedule.options
---@return handle # the handle of the run
function _client:trigger_schedule(schedule_name, options) end

---@class client.debouncer.options
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
---@param options? client.debouncer.options
---@return debouncer # the debouncer
function _client:debouncer(workflow_name, options) end

---@class client.register_queue.options
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
---Kind: outside.
---@param options client.register_queue.options
---@return queue # the queue as it is stored
function _client:register_queue(options) end

---Returns a registered queue by its name.
---
---Kind: reads.
---@param name string The queue's name.
---@return queue? # the queue, nil when none of that name is registered
function _client:get_queue(name) end

---@class client.list_queues.options
---@field application_name? string|string[] Only queues of one of these applications.
---@field unregistered? boolean Queues too that no application has registered, if workflows are on them or ended there in the last five minutes, and one without a name for workflows that are on none.

---Returns the registered queues that match all of the options, by name.
---
---Kind: reads.
---@param options? client.list_queues.options
---@return queue[] # the queues; an empty array when none matches
function _client:list_queues(options) end

---@class client.update_queue.options
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
---Kind: outside.
---@param name string The queue's name.
---@param options? client.update_queue.options
---@return queue # the queue as it is stored
function _client:update_queue(name, options) end

---Pauses a registered queue: no workflow of it starts until it is resumed.
---
---Kind: outside.
---@param name string The queue's name.
---@return queue # the queue, with the limits that hold again once it is resumed
function _client:pause_queue(name) end

---Ends the pause of a registered queue: the limits that it had hold again.
---
---Kind: outside.
---@param name string The queue's name.
---@return queue # the queue as it is stored
function _client:resume_queue(name) end

---Deletes a registered queue.
---
---Kind: outside.
---@param name string The queue's name.
---@return integer # how many workflows wait on it, which nobody takes until the queue is registered again
function _client:delete_queue(name) end

---@class client.bulk.options.max_waiting
---@field queue string The queue.
---@field n integer How many workflows may be ENQUEUED on it. At least 1.

---@class client.bulk.options
---@field id? string The id of the bulk run. A second call with the same id goes on with it, or returns its outcome. Random when not given.
---@field batch_size? integer How many workflows one transaction changes. At least 1. At most 10000. Default: 500.
---@field rps? integer The largest number of workflows that are changed in a second; no limit when not given. At least 1.
---@field concurrency? integer How many of the changed workflows may be unfinished at once; no limit when not given. At least 1.
---@field canary? number The size of a first wave, whose ends are awaited before the rest: a number of changed workflows, or below 1 a share of all. If it does not end in SUCCESS, the rest stays untouched. At least 0.
---@field max_failed_share? number The run stops if more than this share of the changed workflows that have ended failed; no limit when not given. Without it, each workflow of a canary must succeed. At least 0. At most 1.
---@field max_waiting? client.bulk.options.max_waiting The queue that the run must not fill, and how many workflows may wait on it; no limit when not given.
---@field pause_when? fun(stats: bulk_stats): any Called before each batch with the numbers of the run. While it returns a value other than false and nil, the run waits; a text is shown as the reason.

---Selects workflows for one change of all of them, in batches. The methods of the result make the change.
---
---Kind: pure.
---@param selection any The workflows' ids, a failure group, or a filter: the options of dbos.list_workflows.
---@param options? client.bulk.options
---@return bulk # the bulk, whose methods are the verbs
function _client:bulk(selection, options) end

---@class client.list_bulks.options
---@field state? "running"|"paused"|"stopped"|"done"|("running"|"paused"|"stopped"|"done")[] Only runs in one of these states; all of them when not given.
---@field limit? integer The largest number of runs. At least 1. Default: 100.

---Returns the bulk runs of the database, the newest first.
---
---Kind: reads.
---@param options? client.list_bulks.options
---@return bulk_run[] # the runs; an empty array if there are none
function _client:list_bulks(options) end

---Returns a bulk run.
---
---Kind: reads.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function _client:get_bulk(id) end

---Walks over the outcomes of a bulk run, in the order of its batches, in constant memory.
---
---Kind: reads.
---@param run any The run, as a verb or dbos.get_bulk returns it, or its id.
---@param outcome? "changed"|"unchanged"|"unknown"|"drifted" Only workflows with this outcome.
---@return fun(): change? # an iterator over the outcomes of the workflows that are done
function _client:bulk_outcomes(run, outcome) end

---@class client.watch_bulk.options
---@field until_state? "ended"|"taken" ended: until each of the workflows has ended; taken: until none of them waits for an executor. Default: ended.
---@field timeout? dbos.duration Stops following after this time; 0 looks once; no limit when not given. At least 0.

---Follows the workflows that a bulk run has changed, and returns what has become of them.
---
---Kind: reads.
---@param run any The run, as a verb or dbos.get_bulk returns it, or its id.
---@param options? client.watch_bulk.options
---@return bulk_end # how many have succeeded, failed, and are open
function _client:watch_bulk(run, options) end

---Goes on with a bulk run that was interrupted, paused or stopped.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@return bulk_run # the run, when it is done or was stopped
function _client:continue_bulk(id) end

---Pauses a bulk run that is running. The batch under way ends before.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function _client:pause_bulk(id) end

---Lets a paused bulk run go on, in the process that works on it.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@return bulk_run # the run as it is then
function _client:unpause_bulk(id) end

---Stops a bulk run that is running or paused. It can be continued.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@param reason? string The reason, which the run shows.
---@return bulk_run # the run as it is then
function _client:stop_bulk(id, reason) end

---Sets the rate of a bulk run. It takes effect after the batch under way.
---
---Kind: outside.
---@param id string The id of the bulk run.
---@param rps integer The largest number of workflows that it changes in a second; 0 for no limit. At least 0.
---@return bulk_run # the run as it is then
function _client:set_bulk_rate(id, rps) end

---@class client.remove_bulks.options
---@field older_than? dbos.when Only runs that were done before this time; "30d" is 30 days ago.
---@field keep? integer The number of runs to keep: of the runs that are done, the last to end. At least 1.

---Removes the records of bulk runs that are done. The workflows stay as they are.
---
---Kind: outside.
---@param options? client.remove_bulks.options
---@return integer # how many runs were removed
function _client:remove_bulks(options) end

---@class client.prune.options.where
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

---@class client.prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer The number of workflows of each name to keep: of the matching ones, the last to end. At least 1.
---@field batch_size? integer The most workflows that one transaction deletes; it deletes fewer if these take long. At least 1. At most 100000. Default: 1000.
---@field pause? dbos.duration The pause after each transaction; it is longer while others wait for locks of the call, or a replica lags. At least 0.
---@field where? client.prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.
---@field each? fun(deleted: integer, total: integer): any Called after each transaction, with how many workflows are deleted, and of how many. Its error ends the call.

---Deletes finished workflows that are old, or all but the newest of each name, with all that belongs to them.
---
---Kind: outside.
---@param options? client.prune.options
---@return pruned # the deleted workflows by name and state, and how many were left
function _client:prune(options) end

---@class client.plan_prune.options.where
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

---@class client.plan_prune.options
---@field older_than? dbos.when Only workflows that ended before this time; "30d" is 30 days ago.
---@field keep? integer The number of workflows of each name to keep: of the matching ones, the last to end. At least 1.
---@field where? client.plan_prune.options.where A filter: the options of dbos.list_workflows. Without a status, finished workflows in every state.

---Returns the workflows that dbos.prune would delete: their number by name and state, their size, and the times at which they ended.
---
---Kind: reads.
---@param options? client.plan_prune.options
---@return prune_plan # the number, the size, the times and the groups; a number of 0 if nothing would be deleted
function _client:plan_prune(options) end

---@class client.executors.options
---@field silent_for? dbos.duration The time without a sign of life after which an executor is silent. At least 0. Default: 5m.
---@field executor_ids? string|string[] Only executors with one of these ids.
---@field application_version? string|string[] Only executors of one of these versions.
---@field application_name? string|string[] Only executors of one of these applications.

---Returns the executors that run workflows, with the number of their unfinished workflows and their last sign of life.
---
---Kind: reads.
---@param options? client.executors.options
---@return executor[] # the executors that have PENDING workflows or have lately ended a step or a workflow, by application, id and version; an empty array when there are none
function _client:executors(options) end

---@class client.orphans.options
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
---@param options? client.orphans.options
---@return orphan[] # the workflows with the verdict on their executors, the oldest first; an empty array when there are none
function _client:orphans(options) end

---Puts workflows of executors that have died back on their queues, for other executors to go on with.
---
---Kind: outside.
---@param selection any The workflows' ids, one id, or a filter: the options of dbos.orphans.
---@return recovery # the outcome for each workflow, with `fenced` and `may_run_twice`
function _client:recover(selection) end

---@class client.count.options
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
---@param options? client.count.options
---@return integer # how many there are
function _client:count(options) end

---@class client.get_workflow_aggregates.options
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
---@param options? client.get_workflow_aggregates.options
---@return workflow_group[] # the groups, sorted by the columns of group_by; an empty array when no workflow matches
function _client:get_workflow_aggregates(options) end

---@class client.get_step_aggregates.options
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
---@param options? client.get_step_aggregates.options
---@return step_group[] # the groups, sorted by the columns of group_by; an empty array when no step matches
function _client:get_step_aggregates(options) end

---@class client.failures.options
---@field by? "error"|"step"|"name"|"version" The common value of a group's workflows; error, with the step that failed, when not given.
---@field new_since? dbos.when A group is new if none of its workflows failed before this time.
---@field examples? integer The number of examples of each group; 3 when not given. At least 0. At most 20.

---Groups failed workflows by the common part of their messages.
---
---Kind: reads.
---@param filter? any The failed workflows: the options of dbos.list_workflows, or ids. Without a status, all in ERROR and MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@param options? client.failures.options
---@return failure_group[] # the groups, the largest first; an empty array if no workflow failed
function _client:failures(filter, options) end

---Returns why a workflow moves, or does not.
---
---Kind: reads.
---@param workflow_id string The workflow's id; or the name of a schedule, the id of a run that it has not started, or a deduplication id.
---@return explanation # the workflow's state, and the reasons for it with their evidence, the most important first; at least one
function _client:explain(workflow_id) end

---@class client.rename_application.options
---@field old_name? string The application whose rows move.
---@field new_name string The application that owns them afterwards.
---@field adopt_unclaimed? boolean Moves rows without an owner too.
---@field batch_size? integer How many ended workflows move at a time; 10,000 when not given. At least 1. At most 1000000.

---Makes an application the owner of all rows of another one, of rows without an owner, or of both.
---
---Kind: outside.
---@param options client.rename_application.options
---@return renamed # how many rows of each kind moved
function _client:rename_application(options) end

---@class client.export.options
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
---@param options client.export.options
---@return exported # how many workflows and rows were written, which ids do not exist, and which values were masked
function _client:export(selection, options) end

---@class client.import.options
---@field progress? fun(done: integer, total: integer): any Called after each batch with the number of workflows that are done, and of all.

---Inserts the workflows of a file that dbos.export wrote. Workflows that have not ended are held.
---
---Kind: outside.
---@param path string The path of the file. "-" is standard input.
---@param options? client.import.options
---@return imported # what happened to each workflow, with `held`, `differ` and `freed`
function _client:import(path, options) end

---Returns the registered application versions, the latest first.
---
---Kind: reads.
---@return version[] # the versions; an empty array when none is registered
function _client:list_application_versions() end

---Returns the version whose executors take workflows without a version.
---
---Kind: reads.
---@return version # the version
function _client:get_latest_application_version() end

---Makes a registered version the latest, for example to roll back.
---
---Kind: outside.
---@param version_name string The name of a registered version.
function _client:set_latest_application_version(version_name) end

---Closes the connections to the database. Calls after it fail; a second one is harmless.
---
---Kind: outside.
---@param timeout? dbos.duration How long to wait for calls under way; 5 seconds when not given.
function _client:shutdown(timeout) end

---Refers to a workflow: waits for its result, reads its status.
---@class handle
---@field workflow_id string The workflow's id.
local _handle = {}

---@class handle.get_result.options
---@field timeout? dbos.duration The longest wait. Without it the wait has no limit. At least 0.
---@field polling_interval? dbos.duration The longest pause between two reads; pauses are shorter at first. At least 0. Default: 1s.

---Waits for the workflow to end and returns its result.
---
---Kind: reads.
---@param options? handle.get_result.options
---@return dbos.data # the workflow's result
function _handle:get_result(options) end

---Reads the row of the workflow, without input, output and error.
---
---Kind: reads.
---@return workflow # the workflow
function _handle:get_status() end

---Returns the workflow's id.
---
---Kind: pure.
---@return string # the id
function _handle:get_workflow_id() end

---Reads all events that the workflow has published, without waiting.
---
---Kind: reads.
---@return table<string, dbos.data> # the latest value of each event, by its key; an empty table when there is none
function _handle:events() end

---Reads all messages to the workflow, received or not.
---
---Kind: reads.
---@return message[] # the messages, the oldest first; an empty array when there is none
function _handle:messages() end

---Reads all streams that the workflow has written so far, without waiting.
---
---Kind: reads.
---@return table<string, dbos.data[]> # the values of each stream, by its key; an empty table when there is none
function _handle:streams() end

---The row of one workflow. A value that the database does not have is nil.
---@class workflow
---@field id string The workflow's id.
---@field status string? Its state: DELAYED, ENQUEUED, PENDING, SUCCESS, ERROR, CANCELLED or MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@field name string? The name the workflow function is registered under.
---@field authenticated_user string? The user it runs for.
---@field assumed_role string? The role in which that user acts.
---@field authenticated_roles string[]? The roles of that user.
---@field output dbos.data? The result, if load_output is set.
---@field error dbos.Error? The error it ended with, if load_output is set.
---@field executor_id string? The process that runs or ran it.
---@field created_at dbos.Time? When it was created.
---@field updated_at dbos.Time? When its row last changed. Some changes do not set it.
---@field application_version string? The application version that must run it; nil means the latest one of its application.
---@field application_id string? The id of a cloud application.
---@field attempts integer How often its execution started.
---@field queue_name string? The queue it is or was on; cancelling removes it.
---@field timeout number? How long it may run from the moment it is dequeued, in seconds.
---@field deadline dbos.Time? When it is cancelled if it still runs.
---@field started_at dbos.Time? When it was last dequeued.
---@field deduplication_id string? The deduplication id it holds on its queue.
---@field input dbos.data? The input, if load_input is set.
---@field priority integer Its priority on the queue: 0 is the highest, then 1, 2, …
---@field queue_partition_key string? Its partition of a partitioned queue.
---@field forked_from string? The workflow it was forked from.
---@field was_forked_from boolean Whether it has forks.
---@field parent_workflow_id string? The workflow that started it.
---@field completed_at dbos.Time? When it ended.
---@field class_name string? The class of its function, for applications that dispatch by class.
---@field config_name string? The configured instance its function belongs to.
---@field serialization string? The codec of its input and output.
---@field delay_until dbos.Time? When a delayed workflow becomes due.
---@field attributes table<string, dbos.data>? Its attributes, as the application set them.
---@field schedule_name string? The schedule that started it.
---@field debounce_deadline dbos.Time? The latest time debouncing can delay it to.
---@field is_debounced boolean Whether it belongs to a debouncer.
---@field application_name string? The application that owns it.
---@field held_from string? The state to which a held workflow returns once it is released; nil if it is not held. While it is held it is DELAYED.
---@field steps_done integer? How many of its steps have ended, if load_progress is set.
---@field last_step string? The last ended step by its number, if load_progress is set.
---@field last_step_at dbos.Time? When the last ended step did so, if load_progress is set.
local _workflow = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _workflow:to_table() end

---A message to a workflow.
---@class message
---@field message_id string The message's id: random, or made of the idempotency key.
---@field topic string? The topic it was sent on; nil when on none.
---@field message dbos.data? The message that was sent.
---@field sent_at dbos.Time? When it was sent.
---@field received boolean Whether the workflow has received it.
---@field received_by integer? The number of the step that received it; nil when none has, or the database does not record it.
local _message = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _message:to_table() end

---The outcome of a call for each of the workflows or schedules that it named. `tostring` is a summary of one line.
---@class changes
---@field changed integer The number of workflows or schedules that the call changed or created.
---@field created integer How many schedules are new; a new workflow is only counted as changed.
---@field unchanged integer The number of workflows that stay as they are, because of their state or because they have the wanted values already.
---@field unknown integer The number of ids that do not exist.
---@field outcomes change[] The outcome for each id, in the order of the ids. An id that was given twice has one outcome.
local _changes = {}

---The outcome of a call for one workflow or schedule.
---@class change
---@field id string The workflow's id, or the schedule's name.
---@field outcome string changed, or created if it is a schedule that is new; unchanged when the call left it as it is; unknown when there is no such workflow.
---@field status string? The state it is in after the call; nil when it is unknown or deleted.
---@field reason string? The reason why it was not changed; nil if it was.
---@field forked_id string? The id of the workflow that runs it again; nil when none does.
local _change = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _change:to_table() end

---One finished step of a workflow.
---@class step
---@field step_id integer The step's number: from 0 in Go and TypeScript, from 1 in Python.
---@field step_name string The step's name.
---@field output dbos.data? The value that the step returned, if load_output is set.
---@field error dbos.Error? The error the step ended with.
---@field child_workflow_id string? The workflow the step started or waited for.
---@field started_at dbos.Time? When the step began.
---@field completed_at dbos.Time? When the step ended.
local _step = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _step:to_table() end

---How a workflow ended, or the state it was in when a wait was over.
---@class outcome
---@field workflow_id string The workflow's id.
---@field status string? Its state; nil when there is no such workflow.
---@field finished boolean Whether it has ended.
---@field result dbos.data? Its result, if it ended in SUCCESS.
---@field error dbos.Error? The error it ended with; nil if it ended in SUCCESS or has not ended.
local _outcome = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _outcome:to_table() end

---The row of one schedule. A value that the database does not have is nil.
---@class schedule
---@field schedule_id string The schedule's id, which it keeps when it is applied anew.
---@field schedule_name string The schedule's name.
---@field workflow_name string The name of the workflow it starts.
---@field workflow_class_name string? The class of that workflow, for applications that dispatch by class.
---@field schedule string The cron text: six fields, the seconds first.
---@field status string ACTIVE or PAUSED.
---@field context dbos.data? Data that each run receives besides the time of its tick.
---@field last_fired_at dbos.Time? When an application last started a run of it.
---@field automatic_backfill boolean Whether an application that starts backfills the ticks since the last run.
---@field cron_timezone string? The time zone the cron text is read in; nil means UTC here, and with some SDKs the application's own.
---@field queue_name string The queue its runs are put on.
---@field application_name string? The application that owns it.
local _schedule = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _schedule:to_table() end

---One tick of a schedule, and whether a backfill would start a run of it.
---@class tick
---@field workflow_id string The id its workflow has, or would get.
---@field scheduled_time dbos.Time? The tick.
---@field state string new if a backfill would enqueue a workflow, exists if the tick has one.
---@field status string? The state of the workflow that is there.
local _tick = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _tick:to_table() end

---Collects calls of a workflow: if calls for one key follow each other within their delays, a single workflow runs, with the input of the last call.
---@class debouncer
---@field workflow_name string The name of the workflow.
local _debouncer = {}

---@class debouncer.debounce.options
---@field workflow_id? string The id of the workflow, if the call starts a new one; a random UUID when not given.
---@field application_version? string The application version that must run it; when not given, the latest one of its application.
---@field authenticated_user? string The user it runs for.
---@field assumed_role? string The role in which that user acts.
---@field authenticated_roles? string|string[] The roles of that user.
---@field attributes? table<string, dbos.data> JSON data by which the filter attributes of dbos.list_workflows finds it, if the call starts a new one.

---Starts the workflow after a delay. If an earlier call for the key still waits, delays that workflow further and replaces its input.
---
---Kind: changes.
---@param key string The key by which calls are grouped.
---@param delay dbos.duration How long the workflow waits for a further call. At least 0.
---@param input? dbos.data The workflow's input, as dbos.enqueue takes it.
---@param options? debouncer.debounce.options
---@return handle # the handle of the workflow that the first call of the group made
function _debouncer:debounce(key, delay, input, options) end

---A registered queue. A limit that is not set reads as nil.
---@class queue
---@field name string The queue's name.
---@field concurrency integer? How many of its workflows may run at once.
---@field worker_concurrency integer? How many of them one executor may run at once.
---@field rate_limit rate_limit? How many may start in a period.
---@field partition_concurrency integer? How many workflows of one partition may run at once.
---@field partition_worker_concurrency integer? How many of them one executor may run at once.
---@field partition_rate_limit rate_limit? How many of one partition may start in a period.
---@field priority_enabled boolean Whether older SDKs order it by priority; newer ones always do.
---@field partition_queue boolean Whether its workflows need a partition key. Without partition limits the other limits hold for each partition, except in applications of Python 3 and TypeScript 5, to which the queue is one.
---@field polling_interval number How often an executor looks for work.
---@field application_name string? The application that takes from it; nil if all do.
---@field paused boolean Whether it is paused, so that no workflow of it starts. Its rate limit holds again once it is resumed.
---@field unregistered boolean? Whether no application has registered it, so that it has no limits that are known; the one without a name stands for no queue. dbos.list_queues returns such a queue only if it is asked to.
---@field waiting integer? How many of its workflows are ENQUEUED; nil, as all counts, after a call that does not count.
---@field running integer? How many are PENDING.
---@field delayed integer? How many are DELAYED, without those that are held.
---@field held integer? How many are held.
---@field oldest_waiting dbos.Time? When the oldest ENQUEUED one was created; nil if none waits.
---@field ended_per_minute number? How many ended with SUCCESS or ERROR per minute, over the last five. A cancelled workflow is on no queue any more.
local _queue = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _queue:to_table() end

---How many workflows may start in a period.
---@class rate_limit
---@field limit integer How many may start in a period.
---@field period number The period.
local _rate_limit = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _rate_limit:to_table() end

---A selection of workflows, for one change of all of them.
---@class bulk
local _bulk = {}

---@class bulk.resume.options
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.

---Puts the workflows back on a queue, to run on from their last completed steps.
---
---Kind: changes.
---@param options? bulk.resume.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:resume(options) end

---@class bulk.rerun.options
---@field queue_name? string The queue to put them on. When not given, each goes to the queue of its row, or if that names none, as after a cancellation, to the internal queue.
---@field from? "failed"|"last"|"start" Where a fork begins: at the last step that failed (after the last step, if the workflow failed outside of a step), at the last step, or at the start. A workflow that can be resumed goes on after its last completed step. Default: failed.

---Reruns workflows that did not succeed, as dbos.rerun_workflows does.
---
---Kind: changes.
---@param options? bulk.rerun.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:rerun(options) end

---Cancels the workflows.
---
---Kind: changes.
---@return bulk_run # the run, when it is done or was stopped
function _bulk:cancel() end

---@class bulk.fork.options
---@field start_step? integer The number of the first step to run again; the step that failed when not given.
---@field start_from? "failed"|"last" The step that failed, or the last one.
---@field start_step_name? string The name of the first step to run again.
---@field application_version? string The application version that must run the forks; the original's when not given.
---@field queue_name? string The queue to put the forks on; the internal queue, which starts them at once, when not given.
---@field queue_partition_key? string The forks' partition, if that queue is partitioned.

---Runs copies of the workflows, from the step that failed or another one.
---
---Kind: changes.
---@param options? bulk.fork.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:fork(options) end

---@class bulk.rewind.options
---@field start_step? integer The number of the first step to run again; the results of all steps with a lower number stay. 0 runs the whole workflow again.
---@field queue_name? string The queue to put it on; the internal queue, which starts it at once, when not given.
---@field queue_partition_key? string Its partition, if that queue is partitioned.
---@field application_version? string The application version that must run it; unchanged when not given.
---@field start_step_exists? boolean Whether the workflows must have reached the first step.

---Removes the results of the workflows from a step on, and runs them again.
---
---Kind: changes.
---@param options? bulk.rewind.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:rewind(options) end

---Deletes the workflows, with all that belongs to them.
---
---Kind: changes.
---@return bulk_run # the run, when it is done or was stopped
function _bulk:delete() end

---@class bulk.send.options
---@field message? dbos.data The message to send: JSON data.
---@field topic? string The topic on which the workflows receive it. Without it the message has no topic.

---Sends one message to each of the workflows.
---
---Kind: changes.
---@param options? bulk.send.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:send(options) end

---@class bulk.set_priority.options
---@field priority integer 0 is the highest, then 1 to 2147483647. At least 0. At most 2147483647.

---Changes the priority of the workflows that wait on a queue.
---
---Kind: changes.
---@param options bulk.set_priority.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:set_priority(options) end

---@class bulk.move.options
---@field queue_name? string The queue to move them to.
---@field version? string The application version to move them to.

---Moves the workflows that wait to another queue, or to another application version.
---
---Kind: changes.
---@param options? bulk.move.options
---@return bulk_run # the run, when it is done or was stopped
function _bulk:move(options) end

---@class bulk.watch.options
---@field until_state? "ended"|"taken" ended: until each of the workflows has ended; taken: until none of them waits for an executor. Default: ended.
---@field timeout? dbos.duration Stops following after this time; 0 looks once; no limit when not given. At least 0.

---Follows the workflows that the last verb of the bulk has changed, and returns what has become of them.
---
---Kind: reads.
---@param options? bulk.watch.options
---@return bulk_end # how many have succeeded, failed, and are open
function _bulk:watch(options) end

---One change of many workflows, in batches. `tostring` is a summary of one line.
---@class bulk_run
---@field id string? The id of the bulk run; nil if the database has no tables for it, and in a dry run.
---@field verb string The change: resume, rerun, cancel, fork, rewind, delete, send, set_priority or move.
---@field options string The options of the change, as JSON.
---@field selection string The filter, or the number of ids, as JSON.
---@field state string running, paused, stopped or done.
---@field reason string? The reason why it was stopped or interrupted, or what it waits for; nil if nothing holds it up.
---@field limits string? Its limits, as JSON: concurrency, canary, max_failed_share, max_waiting, its batch_size, the max_rps that was signed with a plan, and keep_until, the time at which that plan expires; nil if none was named.
---@field rps integer? The most workflows it changes in a second; nil if there is no limit.
---@field total integer How many workflows it has.
---@field done integer How many of them have an outcome.
---@field changed integer How many it has changed, or started again as a fork.
---@field unchanged integer How many it left as they are, because of their state.
---@field unknown integer How many of the ids do not exist.
---@field drifted integer How many it left alone because somebody else has changed or deleted them since the selection.
---@field created_at dbos.Time? When it began.
---@field updated_at dbos.Time? When it last recorded something.
---@field created_by string? Who began it; nil if that is not known.
---@field holder string? The process that works on it; nil if there is none.
---@field held_until dbos.Time? When the lease of the process ends, if it is not renewed; nil if there is none.
---@field results change[]? The outcomes of a run without an id; nil if it has one, and in a dry run of more than 10000, see dbos.bulk_outcomes.
local _bulk_run = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _bulk_run:to_table() end

---What has become of the workflows that a bulk run has changed.
---@class bulk_end
---@field run_id string? The id of the bulk run; nil if it has none.
---@field reached boolean Whether all of them have come where until_state says.
---@field reason string? The reason why it does not follow them on: the timeout, or why nothing runs them; nil if they have come there.
---@field followed integer How many workflows the run has changed, or started as forks.
---@field succeeded integer How many of them ended in SUCCESS.
---@field failed integer How many ended in ERROR or as dead letters.
---@field cancelled integer How many are CANCELLED.
---@field deleted integer How many do not exist any more.
---@field waiting integer How many are ENQUEUED or DELAYED.
---@field running integer How many are PENDING.
---@field failed_ids string[] The ids of those that failed, 1,000 at most.
local _bulk_end = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _bulk_end:to_table() end

---The workflows that a prune deleted, and the number that it left. `tostring` is a summary of one line.
---@class pruned
---@field deleted integer How many workflows were deleted.
---@field bytes integer About how many bytes of inputs, results, steps, events, streams and messages they had.
---@field batches integer How many transactions deleted them.
---@field duration number How long it took to delete them, in seconds, with pauses.
---@field paused number How long it paused, in seconds.
---@field protected integer How many matching workflows stay because unfinished workflows descend from them or started them.
---@field changed integer The number of workflows that stay because they were changed during the call, such as resumed.
---@field groups prune_group[] The deleted workflows by name and state, in that order; bytes are estimated by the average of the group.
local _pruned = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _pruned:to_table() end

---Workflows of one name and state that were deleted, or would be.
---@class prune_group
---@field name string Their name; an empty text if they have none.
---@field status string Their state.
---@field count integer How many there are.
---@field bytes integer About how many bytes of inputs, results, steps, events, streams and messages they have.
---@field oldest dbos.Time? When the first of them ended.
---@field newest dbos.Time? When the last of them ended.
local _prune_group = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _prune_group:to_table() end

---The workflows that a prune would delete.
---@class prune_plan
---@field count integer How many workflows would be deleted.
---@field bytes integer About how many bytes of inputs, results, steps, events, streams and messages they have.
---@field protected integer How many more match, but stay because unfinished workflows descend from them or started them.
---@field oldest dbos.Time? When the first of them ended; nil if there is none.
---@field newest dbos.Time? When the last of them ended; nil if there is none.
---@field groups prune_group[] The workflows by name and state, in that order.
local _prune_plan = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _prune_plan:to_table() end

---An executor with its evidence of life. A value without evidence is nil.
---@class executor
---@field executor_id string Its id; an empty text for workflows that name none.
---@field application_version string? The version of its code.
---@field application_name string? The application that owns its workflows; nil if none does.
---@field verdict string alive, idle, silent or dead; reason says why.
---@field reason string The verdict in a sentence.
---@field open integer How many workflows are PENDING on it.
---@field queued integer How many of them came off a queue.
---@field oldest_start dbos.Time? When the oldest of them began; nil if none is open.
---@field seen_at dbos.Time? Its last sign of life in the tables.
---@field seen_by string? The kind of that sign: step, if a step ended; start, if it took or started a workflow; end, if a workflow ended.
---@field connections integer? How many connections have its name; nil if no connection can show that. Only the TypeScript SDK names its connections after the executor.
local _executor = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _executor:to_table() end

---A PENDING workflow whose executor has died, or is silent.
---@class orphan
---@field id string The workflow's id.
---@field name string? The name of its function.
---@field queue_name string? The queue that it came off; nil if it came off none.
---@field executor_id string The executor that took it.
---@field application_version string? The version of its code.
---@field application_name string? The application that owns it; nil if none does.
---@field created_at dbos.Time? When it was made.
---@field started_at dbos.Time? When it was taken off its queue; nil if it came off none.
---@field attempts integer How often it was started.
---@field verdict string The verdict on its executor: dead or silent.
---@field reason string That verdict in a sentence.
---@field seen_at dbos.Time? The last sign of life of its executor.
local _orphan = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _orphan:to_table() end

---The outcome of a recovery for each of its workflows. `tostring` is a summary of one line.
---@class recovery
---@field changed integer How many it put back on a queue.
---@field unchanged integer The number of workflows that stay as they are, because no executor has them, or another one has.
---@field unknown integer The number of ids that do not exist.
---@field fenced integer The number of changed workflows whose old run can no longer write.
---@field may_run_twice string[] The ids of the others that changed: if the old run still lives, it goes on.
---@field outcomes change[] The outcome for each id, in the order of the ids. An id that was given twice has one outcome.
local _recovery = {}

---A group of workflows with the values that were computed for it. Values that were not selected are nil.
---@class workflow_group
---@field status string? The state of its workflows.
---@field name string? Their name.
---@field queue_name string? Their queue.
---@field executor_id string? The executor that ran them.
---@field application_version string? Their application version.
---@field application_name string? The application that owns them.
---@field time_bucket dbos.Time? The start of the bucket in which they were created.
---@field count integer? How many there are.
---@field min_created_at dbos.Time? When the first one was created.
---@field max_queue_wait_ms integer? The longest time from creation to dequeue, in milliseconds.
---@field max_total_latency_ms integer? The longest time from creation to end, in milliseconds.
local _workflow_group = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _workflow_group:to_table() end

---A group of steps with the values that were computed for it. Values that were not selected are nil.
---@class step_group
---@field function_name string? The name of its steps.
---@field status string? ERROR if they stored an error, SUCCESS otherwise.
---@field time_bucket dbos.Time? The start of the bucket in which they ended.
---@field count integer? How many there are.
---@field max_duration_ms integer? The longest time from start to end, in milliseconds.
local _step_group = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _step_group:to_table() end

---Failed workflows that have something in common. It can stand where a function takes ids or a filter.
---@class failure_group
---@field error string The message with a * in place of ids, numbers, times and addresses that differ. If the group is not by error, the most frequent message.
---@field step string? The last step that stored an error; nil if none did. Only where groups are by error or step.
---@field name string? The name of the workflows. Only where groups are by name.
---@field application_version string? Their application version. Only where groups are by version.
---@field count integer How many workflows have failed so.
---@field dead_letters integer How many of them are in MAX_RECOVERY_ATTEMPTS_EXCEEDED.
---@field first_at dbos.Time? When the first of them failed.
---@field last_at dbos.Time? When the last of them failed.
---@field per_hour number How many failed in an hour, from the first to the last; of less than an hour, how many there are.
---@field new boolean True if none of them failed before new_since.
---@field message string The whole message of the last one.
---@field examples string[] The ids of the last ones.
---@field workflow_ids string[] The ids of all of them.
local _failure_group = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _failure_group:to_table() end

---Why a workflow moves, or does not.
---@class explanation
---@field workflow_id string The workflow's id.
---@field status string? Its state; nil if no workflow has the id.
---@field name string? The name of its function.
---@field queue_name string? The queue it is on; nil if it is on none.
---@field application_name string? The application that owns it; nil if none does.
---@field stuck boolean Whether something keeps it from moving, by the first reason.
---@field reasons reason[] The reasons, the most important first; at least one.
local _explanation = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _explanation:to_table() end

---One reason for the state that a workflow is in.
---@class reason
---@field cause string The cause, in one word for programs, such as queue_concurrency.
---@field text string The cause in a sentence.
---@field evidence string[]? The rows that show it, a line each; nil if the text says all.
---@field command string? A command that helps; nil if none does.
local _reason = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _reason:to_table() end

---How many rows a rename moved.
---@class renamed
---@field queues integer How many queues moved.
---@field schedules integer How many schedules moved.
---@field versions integer How many versions moved.
---@field workflows integer How many workflows moved.
---@field steps integer How many steps moved.
local _renamed = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _renamed:to_table() end

---What an export has written.
---@class exported
---@field workflows integer How many workflows were written.
---@field added integer How many of these are children or forks that the call did not name.
---@field rows integer How many rows were written, of workflows, steps, events, streams and messages.
---@field unknown string[] The ids that do not exist.
---@field masked table<string, integer> How many values each rule has masked.
---@field masked_whole integer How many payloads were masked as a whole, because their format has no fields that can be masked one by one.
---@field secrets table<string, integer> How many values were left as they are although their key is the usual name of a secret, by that name.
---@field left_out string[] The columns that a newer SDK has added, and that were left out.
local _exported = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _exported:to_table() end

---What an import did to each workflow of its file. `tostring` is a summary of one line.
---@class imported
---@field changed integer How many it imported.
---@field unchanged integer How many existed, and were left alone.
---@field held integer How many of the imported ones have not ended, and are held.
---@field differ string[] The ids that existed and are not as in the file; the outcome says in which columns.
---@field freed string[] The ids that were imported without their deduplication id, because another workflow has it.
---@field outcomes change[] What happened to each, in the order of the file.
local _imported = {}

---A registered version of an application.
---@class version
---@field version_id string The version's id.
---@field version_name string The version's name.
---@field version_timestamp dbos.Time? The version with the greatest timestamp is the latest.
---@field created_at dbos.Time? When it was registered.
---@field application_name string? The application that owns it.
local _version = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _version:to_table() end

---Arguments for a workflow of an application in any language, made by `dbos.portable_args`.
---@class portable_args
---@field positional dbos.data[] The positional arguments.
---@field named table<string, dbos.data> The named arguments.
local _portable_args = {}

---The error a workflow or a step ended with. It can be used as text: `wf.error:find("timeout")`, `"failed: " .. wf.error`.
---@class workflow_error
---@field message string The text of the error.
---@field name string? The class or kind of the error; nil if the application stored none.
---@field code dbos.data The error's own code; nil if the application stored none.
---@field data dbos.data Further members of the error; nil if the application stored none.
---@field stack string? The application's stack trace; nil if it stored none.
---@field raw string The text as it is stored.
---@operator concat(any): string
---@operator len: integer
local _workflow_error = {}

---A stored value that cannot be decoded here, such as an instance of an application's own class.
---@class opaque
---@field codec string? The serialization it is stored in; nil if none is named.
---@field raw string The text as it is stored.
---@field reason string Why it cannot be decoded.
local _opaque = {}

---The numbers of a bulk run before a batch. Those of changed workflows count what this process has seen.
---@class bulk_stats
---@field total integer How many workflows the run has.
---@field done integer How many of them have an outcome.
---@field changed integer How many it has changed, or started again as a fork.
---@field drifted integer How many it left alone because somebody else has changed them.
---@field open integer How many of the changed ones have not ended.
---@field succeeded integer How many of them ended in SUCCESS since they were changed.
---@field failed integer How many ended in ERROR or as dead letters.
---@field cancelled integer How many were cancelled.
---@field failed_share number Failed ones of those that ended: 0 to 1; 0 if none has ended.
local _bulk_stats = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _bulk_stats:to_table() end

---One change in the audit log.
---@class audit_change
---@field run_id string The run that made it.
---@field change integer Its number within the run, from 1.
---@field time dbos.Time? When it began.
---@field user string? The user who ran it; with sudo, the user who called sudo.
---@field host string? Where it ran.
---@field profile string? The profile of the run.
---@field script string? The script, or the command.
---@field reason string? The value of --reason.
---@field database string? The URL of the database, without the password.
---@field operation string The function of dbos that was called.
---@field of string? The kind of the ids: workflow, schedule, version or queue.
---@field count integer How many things the call named.
---@field changed integer? How many of them changed; nil if it is not known.
---@field outcome string started, done, failed, partly, denied or unknown.
---@field error string? Why it failed.
---@field name string? The name of the workflows that it enqueued.
---@field queue_name string? The queue on which it put workflows.
---@field to string? The priority, version, queue or state that it set.
---@field undo string? The function that undoes it; nil if none does.
---@field ids string[] The workflows, schedules, versions or queues: the first thousand, or all with load_ids.
---@field from string[]? The originals of the forks, one for each.
---@field before audit_before[]? The things that it changed, as they were before; nil if that is not known.
local _audit_change = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _audit_change:to_table() end

---Things that had the same values before a change.
---@class audit_before
---@field status string? The state that they were in.
---@field queue_name string? The queue that they were on.
---@field version string? Their application version, or the one that was the latest.
---@field priority integer Their priority.
---@field deduplicated boolean They had a deduplication id.
---@field delayed boolean They had a delay.
---@field held boolean They were held.
---@field count integer How many they are.
---@field ids string[] Their ids, as far as the ids of the change are read.
local _audit_before = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _audit_before:to_table() end

---A count that is shown while it grows.
---@class progress
---@field count integer How many are done.
---@field total integer How many there are to do.
local _progress = {}

---Adds to the count.
---
---Kind: outside.
---@param count? integer How many more; one when not given. At least 0.
function _progress:add(count) end

---Ends the progress. A second call does nothing; the end of the run ends a bar too.
---
---Kind: outside.
function _progress:done() end

---A terminal that the script has taken over.
---@class screen
---@field width integer How many columns it has now.
---@field height integer How many lines it has now.
local _screen = {}

---Shows lines in place of the old ones; lines and columns that have no room are left out.
---
---Kind: outside.
---@param lines any An array of lines. A line is a text, or an array of texts and of {text, style}.
function _screen:draw(lines) end

---Waits for a key.
---
---Kind: outside.
---@param timeout? dbos.duration The longest wait. Without it the wait has no limit. At least 0.
---@return string? # the character, or a word: up, down, left, right, home, end, pageup, pagedown, enter, esc, tab, backspace, delete, insert, f1 to f12, ctrl-a to ctrl-z, alt-x; resize if the size of the terminal has changed; nil if no key came in time
function _screen:key(timeout) end

---Gives the terminal back. A second call does nothing.
---
---Kind: outside.
function _screen:close() end

---A place where an expression matches.
---@class match
---@field text string The text of the match.
---@field from integer The place of its first byte, from 1.
---@field to integer The place of its last byte; one before from for a match of nothing.
---@field groups string[] The texts of the groups, in the order of their parentheses; empty text for a group that took no part.
---@field named table<string, string> The texts of the groups with a name; a group that took no part is missing.
local _match = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _match:to_table() end

---Describes a file or a folder.
---@class file
---@field name string Its name in its folder.
---@field path string The path it is found by.
---@field kind string "file", "folder", "link" or "other".
---@field size integer How many bytes it has.
---@field modified_at dbos.Time? When it was last changed.
local _file = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _file:to_table() end

---An answer to a request.
---@class response
---@field status integer The status code, such as 200.
---@field ok boolean Whether the status is below 400.
---@field headers table<string, string> The headers, by their names in lower case; one that came twice has both values, with a comma between.
---@field body string The body as it came, without the compression of the transport.
---@field url string Where it came from, after redirects.
---@field skipped boolean Whether the request was not sent, because this is a dry run: then the status is 200, and the body is empty.
local _response = {}

---Reads the body as JSON.
---
---Kind: pure.
---@return dbos.data # the value; `json.null` for null
function _response:json() end

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _response:to_table() end

---How a program ended.
---@class process
---@field code integer The exit code; 128 and the signal's number for a program that a signal ended.
---@field stdout string The text of its standard output.
---@field stderr string The text of its standard error.
---@field skipped boolean Whether it was not run, because this is a dry run: then the code is 0, and the texts are empty.
local _process = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _process:to_table() end

---A UUID that was read.
---@class uuid
---@field text string Its usual form: lower case, with dashes.
---@field version integer 1 to 8; 0 for the UUID of zeros.
---@field time dbos.Time? When it was made, for the versions 1, 6 and 7; nil for others.
local _uuid = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _uuid:to_table() end

---The answer to durable.approval.
---@class approval
---@field by string The person who has approved.
---@field comment string What they said; empty if nothing.
local _approval = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _approval:to_table() end

---The arguments of a workflow.
---@class workflow_arguments
---@field positional dbos.data[] The positional arguments.
---@field named table<string, dbos.data> The named arguments.
local _workflow_arguments = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _workflow_arguments:to_table() end

---The outcome of a script that a test ran.
---@class runbook_outcome
---@field status integer Its exit status: 0 for success, 1 when it failed, 4 for partial.
---@field output string The text of its standard output. Emitted rows are lines of JSON in it, unless the flags choose another format.
---@field rows dbos.data[] The emitted rows, item by item.
---@field log string The text of its standard error: messages, progress and the error that ended it.
---@field error dbos.Error? The error that ended it; nil when none did.
local _runbook_outcome = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _runbook_outcome:to_table() end

---A request that a test has answered.
---@class fake_request
---@field method string The method.
---@field url string The URL, with its query.
---@field headers table<string, string> The headers, by their names in lower case.
---@field body string The body as it was sent.
---@field json dbos.data? The data of the body; nil if the body is no JSON.
---@field status integer? The status of the answer; nil if none came.
---@field at dbos.Time? When it was sent, by the test's clock.
local _fake_request = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _fake_request:to_table() end

---A run of a program that a test has answered.
---@class fake_program
---@field program string The program, as the script names it.
---@field arguments string[] The words that it was called with.
---@field stdin string The text of its standard input.
---@field dir string? The folder to run it in; nil if the script names none.
---@field code integer? Its exit code; nil if it has not ended.
---@field at dbos.Time? When it was started, by the test's clock.
local _fake_program = {}

---A deep copy as plain tables, which can be changed.
---
---Kind: pure.
---@return any # the copy
function _fake_program:to_table() end

---An error as a script catches it. It is also text: string methods, `..` and `#` work on its message.
---@class dbos.Error
---@field code dbos.code? A word for the kind of error, such as `NonExistentWorkflow`; nil when it has none.
---@field message string What went wrong.
---@field hint string? What to do about it; nil if there is no hint.
---@field where string? The line of the script that raised it, as `file:line`; nil for an error read from the database.
---@field cause dbos.data The error below this one, such as the stored error of a failed workflow; nil when there is none.
---@field workflow_id string? The workflow it is about; nil when it is about none.
---@field queue_name string? The queue it is about.
---@field deduplication_id string? The deduplication id that is in use.
---@field schedule_name string? The schedule it is about.
---@field workflow_name string? The name of the workflow function.
---@field step_name string? The name of the step.
---@field name string? The name of a workflow's own error, such as `ValueError`.
---@field stack string? The trace stored with a workflow's own error.
---@field status string? The state the workflow is in.
---@field step_id dbos.data The step it is about.
---@field data dbos.data Data that a workflow attached to its own error.
---@field timeout dbos.data The time waited, in seconds.
---@operator concat(any): string
---@operator len: integer
local _dbos_Error = {}

---A moment. `tostring` returns RFC 3339 in UTC; `t1 < t2`, `t1 - t2` (seconds), `t + "1h"` and `t - "1h"` work.
---@class dbos.Time
---@field year integer The year, in UTC as are all of these.
---@field month integer 1 to 12.
---@field day integer Day of the month, 1 to 31.
---@field hour integer 0 to 23.
---@field min integer 0 to 59.
---@field sec integer 0 to 59.
---@field weekday integer 1 (Sunday) to 7 (Saturday).
---@field yday integer Day of the year, 1 to 366.
---@operator add(dbos.duration): dbos.Time
---@operator sub(dbos.Time): number
---@operator sub(dbos.duration): dbos.Time
local _time = {}

---Seconds since 1970, with a fraction to the microsecond.
---
---Kind: pure.
---@return number # the seconds
function _time:unix() end

---Milliseconds since 1970, as the database stores times.
---
---Kind: pure.
---@return integer # the milliseconds
function _time:unix_ms() end

---@class dbos.Time.format.options
---@field tz? string IANA time zone to write the time in. Default: UTC.

---Writes the time by a layout, in the words of `os.date` or of Go.
---
---Kind: pure.
---@param layout string A layout of strftime, such as "%Y-%m-%d %H:%M", or of Go, such as "2006-01-02 15:04".
---@param options? dbos.Time.format.options
---@return string # the text
function _time:format(layout, options) end

---An exact integer beyond 2^53, where Lua's numbers lose digits. Arithmetic with whole numbers is exact.
---@class dbos.Integer
---@operator add(number|dbos.Integer): dbos.Integer
---@operator sub(number|dbos.Integer): dbos.Integer
---@operator mul(number|dbos.Integer): dbos.Integer
local _integer = {}

---Compares exactly with a number or another integer.
---
---Kind: pure.
---@param other any A number or an integer.
---@return integer # -1, 0 or 1: it is less, equal or greater
function _integer:compare(other) end

---The nearest Lua number.
---
---Kind: pure.
---@return number # the number
function _integer:tonumber() end

---A number that a Lua number cannot hold, such as 1e400, kept as it is written.
---@class dbos.Decimal
local _decimal = {}

---The nearest Lua number; infinite when it is too large.
---
---Kind: pure.
---@return number # the number
function _decimal:tonumber() end
