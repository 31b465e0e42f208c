// Command dbos-script runs Lua scripts against the system database of a DBOS application.
//
// # Where to start
//
// To read the code, begin with main.go and root.go, which make the commands; then run.go, which
// runs a script. Package runtime/run does the work: it joins the database, the modules and the VM.
// The files here turn flags into its Config, and its results into text and exit codes. The files of
// one subject have a common prefix:
//
//	run_*         the flags, limits, parameters and source of a run
//	report_*      the end of a run: errors, exit codes, the plan of a dry run, internal errors
//	terminal_*    questions, the pager, the width and the colours
//	repl_*        the prompt
//	serve_*       the server of scheduled scripts
//	test_*        the runner of test scripts, and their coverage
//	check_*       the checker of scripts
//	manual_*      the manual: doc, --help, the pages of man(1)
//	completion.go what the shell offers at Tab
//	options.go    the flags that all commands have
//	db_*          the commands db init and db info
//	demo.go, init.go, profile.go, runs.go, version.go: the commands of these names
package main
