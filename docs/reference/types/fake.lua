---@meta fake
-- Generated from the declarations. Do not edit.

---Answers of the outside in a test: to requests of `http`, and of the programs of `exec`. Only `dbos-script test` has them.
---
---In a test no request leaves the process, with any grant. As soon as a test has a `fake.exec`, no program is started either. What is answered needs no grant. A request or a program without an answer raises `Unanswered`, and fails the test also if the script catches the error. Timeouts, retries and `takes` go by the test's clock.
---
---The first answer that fits counts, in the order in which they were made, and one with `times` is used up. An answer without `times` replaces an earlier one for the same requests.
---@class fake.module
fake = {}

---@class fake.http.options
---@field method? string The method; any when not given.
---@field url string The URL, in which a * stands for any text. Without a ? it fits with every query.
---@field status? integer The status of the answer. At least 100. At most 599. Default: 200.
---@field headers? table<string, string> The headers of the answer.
---@field body? string The body of the answer.
---@field json? any Data for a body of JSON, with the header Content-Type.
---@field error? string No answer comes: the connection fails with this text.
---@field takes? dbos.duration How long the answer takes, by the test's clock. At least 0.
---@field times? integer How many requests it answers; all when not given. At least 1.

---Answers requests of `http`.
---
---Kind: outside.
---@param options fake.http.options
function fake.http(options) end

---@class fake.exec.options
---@field program string The program, as the script names it, or the last part of its path.
---@field arguments? string|string[] The words that it is called with, in which a * stands for any text; any words when not given.
---@field code? integer Its exit code. At least 0. At most 255.
---@field stdout? string The text of its standard output.
---@field stderr? string The text of its standard error.
---@field error? string It cannot be started, for this reason.
---@field takes? dbos.duration How long it runs, by the test's clock. At least 0.
---@field times? integer How many runs it answers; all when not given. At least 1.

---Takes the place of a program that `exec.run` runs.
---
---Kind: outside.
---@param options fake.exec.options
function fake.exec(options) end

---Returns the requests that the test and its scripts have sent, the first one first.
---
---Kind: reads.
---@return fake_request[] # the requests, those without an answer too; an empty array if there were none
function fake.requests() end

---Returns the runs of programs that `fake.exec` has taken the place of, the first one first.
---
---Kind: reads.
---@return fake_program[] # the runs, those without an answer too; an empty array if there were none
function fake.programs() end

return fake
