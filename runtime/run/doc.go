// Package run runs a script. It is the one place that joins the database client, the modules of
// scripts and the Lua VM, and the command dbos-script is built on it.
//
// Do makes a Run from a Config, calls a function with it, and ends it:
//
//	source, err := run.ReadFile("bulk_resume.lua")
//	...
//	err = run.Do(ctx, run.Config{
//		Script:    source.Path,
//		Arguments: []string{"--since", "6h"},
//		Database:  client.ClientConfig{DatabaseURL: "postgres://localhost/orders"},
//		Streams:   run.Streams{Stdout: os.Stdout},
//	}, func(r *run.Run) error { return r.Execute(source) })
//	os.Exit(run.ExitCode(err))
//
// A Config with nothing but a database gives the script no files, hosts, programs or variables,
// and 512 MiB of memory. It may change up to 1,000 workflows; more need Yes, or an Ask that
// agrees. This holds for deletions, too: if Ask is nil, a run deletes up to 1,000 workflows without
// Yes; if Ask is set, it is called before every deletion. Set ConfirmAbove to lower the number. A
// dry run (DryRun) changes nothing and ends with a plan.
//
// The parts can be used alone as well: package guard decides on changes, package audit keeps the
// record of them, package profile reads the settings of a database.
//
// To read the code, start with New in run.go, then modules.go, which loads the modules of a script,
// and end.go.
package run
