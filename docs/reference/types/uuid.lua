---@meta uuid
-- Generated from the declarations. Do not edit.

---UUIDs (RFC 9562), such as the ids that DBOS makes for workflows.
---@class uuid.module
uuid = {}

---Makes a random UUID.
---
---Kind: reads.
---@return string # the UUID as text
function uuid.v4() end

---Makes a UUID that begins with the time, so that later UUIDs sort after earlier ones.
---
---Kind: reads.
---@return string # the UUID as text
function uuid.v7() end

---Reads a UUID.
---
---Kind: pure.
---@param text string A UUID, also in braces, with urn:uuid: before it, or without dashes.
---@return uuid # the UUID
function uuid.parse(text) end

---Returns whether a value is the text of a UUID.
---
---Kind: pure.
---@param value any Any value.
---@return boolean # whether it is
function uuid.is_valid(value) end

return uuid
