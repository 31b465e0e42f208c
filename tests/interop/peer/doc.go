// Package peer runs a real DBOS application, on an SDK of DBOS itself, beside a test.
//
// [Install] fetches one version of the SDK, [Start] launches the application of tests/interop/app on it, and the
// [Application] answers requests until it is stopped. [StartOther] does so with an application on the Go or the Python
// SDK. Each ends at the latest when the test's process does.
package peer
