// Package monitor lets other programs watch a server over HTTP: whether the process works, whether
// it is ready, and its metrics. It knows nothing of what it watches; the caller passes functions.
//
// Paths and access, which access.go decides:
//
//   - /healthz and /readyz answer everybody who reaches the address.
//   - /metrics and the list of paths answer on a loopback address, and elsewhere whoever sends the
//     token. With a token, it is asked for on a loopback address too.
//   - A page for people, which the caller passes, is at /, /scripts/ and /runs/. It asks for the
//     token in a form, and remembers that in a cookie without the token: see forms.go.
//   - Pages of other origins get no answer, so a browser on the same machine is no way in.
//
// Start with Listen in server.go. handlers.go answers programs, forms.go lets people in, and
// reading.go bounds how often a source, such as a database, is asked.
package monitor
