// Package peer runs a real DBOS application, written in JavaScript on DBOS's own SDK, beside a test.
//
// [Install] fetches one version of the SDK, [Start] launches the application of tests/interop/app on it, and the
// [Application] answers requests until it is stopped. It ends at the latest when the test's process does.
package peer
