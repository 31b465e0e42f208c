---@meta durable
-- Generated from the declarations. Do not edit.

---What a run that is recorded can do as a workflow: wait over a restart, get messages, publish values, ask for an approval. `dbos-script run FILE --durable` begins such a run.
---@class durable.module
durable = {}

---Waits, also over a restart: a run that goes on waits only for the rest.
---
---Kind: reads.
---@param duration dbos.duration How long. At least 0.
function durable.sleep(duration) end

---Returns the oldest message that was sent to the run and that it has not received, and waits for one if there is none.
---
---Kind: changes.
---@param topic string The topic of the message; an empty text for messages without one.
---@param timeout dbos.duration How long to wait for one. At least 0.
---@return dbos.data # the message
function durable.recv(topic, timeout) end

---Publishes a value under a key of the run.
---
---Kind: changes.
---@param key string The key.
---@param value dbos.data The value: JSON data. A later value of the key replaces it.
function durable.set_event(key, value) end

---Appends a value to a stream of the run.
---
---Kind: changes.
---@param key string The key of the stream.
---@param value dbos.data The value to append: JSON data.
function durable.write_stream(key, value) end

---Tells a changed script whether a run began before the change.
---
---Kind: reads.
---@param name string The name of the change, which stays the same for good.
---@return boolean # true if the run has not been here before the change: it does the new. false if an earlier process has gone on from here without the change: it does as before
function durable.patch(name) end

---@class durable.approval.options
---@field timeout? dbos.duration How long to wait for the answer. At least 0. Default: 24h.

---Asks a person, and waits until they approve with `dbos-script approve RUN`.
---
---Kind: changes.
---@param question string The question, as the person reads it.
---@param details? dbos.data Data that is shown with the question, such as {count = 120}.
---@param options? durable.approval.options
---@return approval # the answer, which has the fields `by` and `comment`
function durable.approval(question, details, options) end

return durable
