// Package grants says what a run may touch outside of its database: nothing, but what its flags name.
//
// The library asks here before it opens a file, connects, reads the environment or starts a program. A refusal
// names the flag that would allow it.
package grants
