---@meta testing
-- Generated from the declarations. Do not edit.

---Describes tests. In a script that `dbos-script test` runs, a file whose name ends in `_test.lua`, these functions are global ones: `describe`, `it`, `before_each`, `after_each`. In other scripts `finish` runs the tests.
---
---`dbos-script test` runs each test in its own Lua state: the file is run again for each, and the test has a database, a fleet and a clock that no other test has touched.
---@class testing.module
testing = {}

---@class testing.describe.options
---@field database? "fresh"|"shared" Whether each test of the group has a database of its own, or all share one. Default: fresh.

---Describes a group of tests.
---
---Kind: outside.
---@param name string The name of the tested thing.
---@param fn function A function that describes the tests of the group. It is called at once.
---@param options? testing.describe.options
function testing.describe(name, fn, options) end

---Adds a test.
---
---Kind: outside.
---@param name string The name of the test: a sentence that holds.
---@param fn? function The test, which fails by raising an error. Without it the test is still to be written.
function testing.it(name, fn) end

---Calls a function before each test of the group, and of the groups inside it.
---
---Kind: outside.
---@param fn function A function.
function testing.before_each(fn) end

---Calls a function after each test of the group, and of the groups inside it, also when the test failed.
---
---Kind: outside.
---@param fn function A function.
function testing.after_each(fn) end

---Runs the tests that were described, in the state and with the database of the script, and ends the script; an error is raised when a test fails.
---
---Kind: outside.
function testing.finish() end

return testing
