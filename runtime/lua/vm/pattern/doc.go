// Package pattern matches Lua 5.1 patterns against byte strings.
//
// A pattern is compiled once, so a malformed one is an error even if the subject would not reach
// the bad part. Matching keeps its choice points in a slice that is never longer than the
// pattern, so no subject can overflow the stack. A pathological pattern still takes time
// polynomial in the subject. Therefore the matcher polls its caller.
//
// The rules are in the Lua 5.1 reference manual, section 5.4.1, with %f (frontier) and %g
// (printable) of Lua 5.2.
//
// Start with Compile in pattern.go, then Matcher in match.go.
package pattern
