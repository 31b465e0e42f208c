// Package schedule runs scripts by the clock. A script declares its cron expression and what
// happens if it is still running at the next tick. One server serves a folder. Several servers can
// serve the same one if a Sharer records the run of each tick in a place common to them, so that
// only one server makes it.
//
// The rules, which the manual of schedule.declare repeats:
//
//   - A tick is due at its time, or if the script has a jitter, a part of it later. Ticks during
//     which no server ran are skipped. If several ticks of a script pass between two steps of the
//     server, as when the machine slept, its policy for missed ticks decides.
//   - If a script is still running at a tick, its overlap decides: the tick is skipped, waits for
//     the end, or starts a second run.
//   - A run that fails is tried again as its retry says, and then on_failure is called. Until then
//     the run counts as running.
//   - A changed file is loaded before the next tick. If it has a mistake, the old version stays.
//
// Start with Plan in plan.go, then Server in server.go, which decides by package policy; running.go
// carries runs out, and serve.go lets the server run by the clock. shared.go has Sharer. files.go
// and source.go read the scripts of a folder, and ask.go answers people.
package schedule
