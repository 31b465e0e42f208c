// Package grants decides which files, hosts, programs and variables a run may use: none but the
// ones that its flags name.
//
// The library asks here before it opens a file, connects, reads the environment or starts a
// program. A refusal names the flag that would allow it.
//
// Start with New in grants.go; place.go, host.go and process.go decide on files, hosts and
// programs.
package grants
