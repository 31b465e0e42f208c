---@meta assert
-- Generated from the declarations. Do not edit.

---Says what must hold. In a test it is the global `assert`, which can still be called as Lua's own; elsewhere it is `require("assert")`. What does not hold raises an error with the code `AssertionFailed`.
---@class assert.module
assert = {}

---Wants two values to be equal as == has it: a table is equal to itself only.
---@param want any What it should be.
---@param got? any What it is.
---@param detail? string What to say in front of the message.
function assert.equal(want, got, detail) end

---Wants two values to be the same in all their parts. A record is the same as a table with its fields.
---@param want any What it should be.
---@param got? any What it is.
---@param detail? string What to say in front of the message.
function assert.same(want, got, detail) end

---Wants a value that is neither nil nor false.
---@param value? any The value.
---@param ... any What to say in front of the message, if it is text; so that the results of a call such as text:find can stand here, others are passed over.
function assert.truthy(value, ...) end

---Wants nil or false.
---@param value? any The value.
---@param ... any What to say in front of the message, if it is text; so that the results of a call such as text:find can stand here, others are passed over.
function assert.falsy(value, ...) end

---Wants a number to be near another.
---@param want number What it should be.
---@param got number What it is.
---@param within number How far it may be off. At least 0.
---@param detail? string What to say in front of the message.
function assert.near(want, got, within, detail) end

---Wants a text in which a Lua pattern is found.
---@param pattern string A Lua pattern.
---@param text? any The text, or a value whose tostring is searched.
---@param detail? string What to say in front of the message.
function assert.matches(pattern, text, detail) end

---Wants an array in which an item is, compared as assert.same does, or a text in which another text is.
---@param item any The item, or the part of a text.
---@param list? any An array, or a text.
---@param detail? string What to say in front of the message.
function assert.contains(item, list, detail) end

---Wants a function to raise an error.
---@param code string The code of the error object, or a part of the message of an error that has none.
---@param fn function The function.
---@param ... any What to call it with.
---@return any # the error
function assert.raises(code, fn, ...) end

---Fails.
---@param message? string What to say.
function assert.fail(message) end

return assert
