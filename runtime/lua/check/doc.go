// Package check finds mistakes in scripts without running them: what is no Lua 5.1, names that nothing has, calls that
// a function's declaration refuses, locals that nothing reads.
//
// It knows what the declarations say (runtime/declare), which the bindings are made of too, and infers modestly: results
// of declared functions, what loops go over, locals that are assigned once, parameters of callbacks. What it is not
// sure of it does not report.
package check
