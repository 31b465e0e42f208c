// Package peer runs a real DBOS application, on an SDK of DBOS itself, beside a test.
//
// [Install] fetches one version of the TypeScript SDK, [Start] launches the application of
// tests/interop/app on it, and the [Application] answers requests until it is stopped. [StartOther]
// does so with the application of any of [Others]. Each ends at the latest when the test's process
// does.
//
// The applications of all SDKs have the same workflows: same, echo, shape, kinds, hold, journey,
// broken, stumble, report, brood, nest, trial and tick; tests/interop/goapp/workflows.go says what
// they do. All of them answer the same requests: start, result, debounce, schedule and backfill by
// the application itself; enqueue, clientDebounce, list, steps, cancel, resume, fork, delete,
// send, event, stream, schedules, pause and trigger by the client of the SDK. Filters of list and
// fields of its records have the names of dbos.list_workflows in Lua, and times are in
// milliseconds. The application of TypeScript has more of both, for versions of which only
// TypeScript has real applications here.
package peer
