---@meta clock
-- Generated from the declarations. Do not edit.

---The clock of a test. It stands still until the test moves it, or until something waits; `time.now`, `os.time`, the times the database gets and the fleet all go by it. It begins on Monday, 2 March 2026, at 10:00 UTC. Only `dbos-script test` has such a clock.
---@class clock.module
clock = {}

---Returns the time of the clock.
---
---Kind: reads.
---@return dbos.Time # the time
function clock.now() end

---Moves the clock forward. Nothing runs meanwhile: `fleet.run` lets the fleet work.
---
---Kind: outside.
---@param duration dbos.duration How far. At least 0.
---@return dbos.Time # the time it stands at then
function clock.advance(duration) end

---Moves the clock to a time, which may lie before the present one as long as nothing has happened yet.
---
---Kind: outside.
---@param time dbos.when The time.
function clock.set(time) end

return clock
