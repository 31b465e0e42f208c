---@meta audit
-- Generated from the declarations. Do not edit.

---Reads the audit log: the changes that runs of dbos-script have made. It cannot write to the log.
---@class audit.module
audit = {}

---@class audit.changes.options
---@field run_id? string Only changes of this run: its id, the beginning or the end of its id, or last, the latest run that changed something.
---@field start_time? dbos.when Only changes at or after this time.
---@field end_time? dbos.when Only changes at or before this time.
---@field user? string Only changes of this user, or of a user who became this one.
---@field operation? string|string[] Only changes by one of these functions, such as cancel_workflows.
---@field workflow_id? string|string[] Only changes that name one of these workflows, or fork one of them.
---@field queue_name? string|string[] Only changes of these queues, and of workflows that were on them or came there.
---@field everywhere? boolean Changes of all databases, and not only of the run's own.
---@field load_ids? boolean All ids of each change, and not only the first thousand.
---@field limit? integer The largest number of changes to return; the newest are returned. At least 1.

---Returns the changes that match all of the options, the oldest first.
---
---Kind: reads.
---@param options? audit.changes.options
---@return audit_change[] # the changes; an empty array when none matches
function audit.changes(options) end

return audit
