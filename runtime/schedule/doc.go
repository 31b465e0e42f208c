// Package schedule runs scripts by the clock. A script declares its cron expression and what
// happens if it is still running at the next tick. One server serves a folder. Several servers
// can share the ticks if they claim them in one place.
//
// The rules, which the manual of schedule.declare repeats:
//
//   - A tick is due at its time. Ticks during which no server ran are skipped. If several ticks
//     of a script pass between two steps, as when the machine slept, it runs once, for the last
//     of them.
//   - If a script is still running at a tick, its overlap decides: the tick is skipped, waits for
//     the end, or starts a second run.
//   - A changed file is loaded before the next tick. If it has a mistake, the old version stays.
//
// Start with Plan in plan.go, then Server in server.go, which starts runs, and serve.go, which lets
// it run by the clock. files.go and source.go read the scripts of a folder.
package schedule
