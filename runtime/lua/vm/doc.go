// Package vm runs Lua scripts in a state that cannot kill, hang or leave its host.
//
// The language is Lua 5.1 with goto, as gopher-lua compiles it. The package owns the whole
// standard library of a script and repairs mistakes of the plain VM. It differs from Lua 5.1 on
// purpose:
//
//   - Reading an undefined global is an error that names the nearest known name; assigning one is
//     allowed everywhere. rawget(_G, name) asks without an error.
//   - There is no io, package, dofile, loadfile, module, newproxy or debug beyond traceback; os
//     has only clock, date, difftime and time. load takes text and an environment, never
//     bytecode.
//   - setmetatable works on tables only, and the metatable of strings is out of reach.
//   - table.insert refuses positions beyond the end of the list plus one. A list holds 4,194,303
//     items: beyond that, # no longer counts.
//   - From later Lua: __pairs, __len of tables, xpcall with arguments, table.pack/unpack/move,
//     utf8, rawlen, string.rep with a separator, math.log with a base, %g in patterns.
//   - Numbers that are integers print in full up to 2^53; others print with 14 digits, as in Lua.
//
// A run ends at once, and no pcall can stop that, if its deadline passes, its memory or output
// limit is exceeded, the caller's context ends, or the host has a bug. Errors are *ScriptError.
//
// # Where to start
//
// To read the code, begin with config.go and vm.go, which make a state, and run.go, which runs a
// script in it. Files of one subject have a common prefix:
//
//	run_*    the ways into a script: compile, the inputs of a prompt, protected calls, coverage
//	loop_*   the instruction loop, which replaces the one of gopher-lua, and the layouts it needs
//	limit_*  the ends of a run: memory, output, and a run that does not stop when it is told to
//	error_*  from an error of gopher-lua to a ScriptError: names, hints, frames, the report
//	lib_*    the standard library, one file for each table or group of functions; lib.go lists it
//	number.go is the text of numbers, for all of these
//
// Package syntax reads Lua, package compile turns it into instructions, and package pattern matches
// strings.
package vm
