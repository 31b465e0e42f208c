---@meta assert
-- Generated from the declarations. Do not edit.

---Fails a test if a condition does not hold. In a test it is the global `assert`, which can still be called like Lua's own function; elsewhere it is `require("assert")`. A condition that does not hold raises an error with the code `AssertionFailed`.
---@class assert.module
assert = {}

---Fails unless two values are equal by ==: a table is equal to itself only.
---
---Kind: pure.
---@param want any The expected value.
---@param got? any The actual value.
---@param detail? string A text to put before the message.
function assert.equal(want, got, detail) end

---Fails unless two values are equal in all their parts. A record is equal to a table with its fields.
---
---Kind: pure.
---@param want any The expected value.
---@param got? any The actual value.
---@param detail? string A text to put before the message.
function assert.same(want, got, detail) end

---Fails if a value is nil or false.
---
---Kind: pure.
---@param value? any The value.
---@param ... any A text to put before the message. Other values are ignored, so the results of a call such as text:find can stand here.
function assert.truthy(value, ...) end

---Fails unless a value is nil or false.
---
---Kind: pure.
---@param value? any The value.
---@param ... any A text to put before the message. Other values are ignored, so the results of a call such as text:find can stand here.
function assert.falsy(value, ...) end

---Fails unless a number is near another one.
---
---Kind: pure.
---@param want number The expected value.
---@param got number The actual value.
---@param within number The largest accepted difference. At least 0.
---@param detail? string A text to put before the message.
function assert.near(want, got, within, detail) end

---Fails unless a text matches a Lua pattern.
---
---Kind: pure.
---@param pattern string A Lua pattern.
---@param text? any The text, or a value whose tostring is searched.
---@param detail? string A text to put before the message.
function assert.matches(pattern, text, detail) end

---Fails unless an array has an item, compared like assert.same, or a text contains another one.
---
---Kind: pure.
---@param item any The item, or the part of a text.
---@param list? any An array, or a text.
---@param detail? string A text to put before the message.
function assert.contains(item, list, detail) end

---Fails unless a function raises an error.
---
---Kind: pure.
---@param code string The code of the error object, or a part of the message of an error that has none.
---@param fn function The function.
---@param ... any What to call it with.
---@return any # the error
function assert.raises(code, fn, ...) end

---Fails.
---
---Kind: pure.
---@param message? string What to say.
function assert.fail(message) end

return assert
