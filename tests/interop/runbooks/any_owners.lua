-- Rows with an owner: the application takes its own from the queue that every application polls, and no other.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Start workflows with an owner for an application of any SDK"
local soon, enqueue = any.soon, any.starter(p, "owners")
local internal = "_dbos_internal_queue"

local other = enqueue("other", "same", "other", {queue = internal, application_name = "another", sdk = p.language})
dbos.register_queue{name = "elsewhere", polling_interval = 0.2, application_name = "another"}
local elsewhere = enqueue("elsewhere", "same", "elsewhere", {queue = "elsewhere", application_name = "another", sdk = p.language})
local mine = enqueue("mine", "same", "mine", {queue = internal, application_name = p.app})
assert(mine:get_result(soon) == "mine")
local fork = dbos.fork_workflow{original_workflow_id = "owners-mine", forked_workflow_id = "owners-fork"}
assert(fork:get_result(soon) == "mine" and fork:get_status().application_name == p.app)
local others = dbos.fork_workflow{original_workflow_id = "owners-other", forked_workflow_id = "owners-other-fork"}
assert(enqueue("later", "same", "later", {queue = internal, application_name = p.app}):get_result(soon) == "later")
assert(other:get_status().status == "ENQUEUED" and other:get_status().executor_id == nil, "another application's workflow was taken")
assert(others:get_status().status == "ENQUEUED" and others:get_status().application_name == "another", "a fork is not its owner's")
assert(elsewhere:get_status().status == "ENQUEUED", "an application takes from another one's queue")
dbos.cancel_workflows{"owners-other", "owners-other-fork", "owners-elsewhere"}
any.equal(3, #dbos.list_workflows{workflow_id_prefix = "owners-", application_name = "another"})

emit{done = "owners"}
