// Package check finds mistakes in scripts without running them: syntax that is not Lua 5.1,
// unknown names, calls that a function's declaration refuses, and locals that are never read.
//
// It uses the declarations (runtime/declare) from which the bindings are made too. It infers only
// a little: results of declared functions, loop variables, locals that are assigned once, and
// parameters of callbacks. If it is not sure, it reports nothing.
//
// Start with Checker in checker.go, then resolve.go, which connects names with their declarations,
// and infer.go, which walks over the statements. call.go and argument.go compare calls with
// declarations.
package check
