package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

func (a *app) runCommand() *cobra.Command {
	var durable durableOptions
	var plan planOptions
	cmd := &cobra.Command{
		Use:   "run FILE [parameters]",
		Short: "Run a script",
		Long: "Runs a script; - is standard input, and a FILE may be a pipe. The words after FILE are the script's own parameters, which `dbos-script run FILE --help` lists;\n" +
			"flags of dbos-script may stand there too, unless a -- comes before them. `run` may be left out before a FILE that ends in\n" +
			".lua. A script that begins with #!/usr/bin/env -S dbos-script run is a command by itself, once it is executable.\n\n" +
			"With --durable the run is a workflow whose steps are the calls of the script. If its process ends before the script\n" +
			"does, `dbos-script run --continue RUN` goes on with it, on any machine: no change is made twice. It needs the tables\n" +
			"that `dbos-script db init --runs` makes.\n\n" +
			"With --plan the run is a dry run that writes its changes to a file: each workflow with the state in which it was seen. `dbos-script apply`\n" +
			"carries it out, where they are still so.",
		Example:           "  dbos-script run bulk_resume.lua --since 6h --batch 100\n  dbos-script run requeue.lua --durable",
		ValidArgsFunction: scriptAndParameters,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && durable.continued == "" {
				return usage(cmd, errors.New("which script? write dbos-script run FILE"))
			}
			rest, err := splitScript(cmd.Flags(), args[min(1, len(args)):])
			if err != nil {
				return usage(cmd, err)
			}
			if err := durable.check(args, &a.options); err != nil {
				return usage(cmd, err)
			}
			if err := plan.check(&durable, cmd.Flags()); err != nil {
				return usage(cmd, err)
			}
			if err := a.settle(cmd.Flags()); err != nil {
				return err
			}
			switch {
			case durable.continued != "":
				return a.continueRun(cmd.Context(), &durable)
			case durable.durable:
				return a.runFileDurably(cmd.Context(), args[0], rest, &durable)
			case plan.file != "":
				return a.planFile(cmd.Context(), args[0], rest, &plan)
			}
			return a.runFile(cmd.Context(), args[0], rest)
		},
		Annotations: map[string]string{lateFlags: "run"},
	}
	// The flags after FILE belong to the script, except the ones that splitScript recognises.
	cmd.Flags().SetInterspersed(false)
	durable.register(cmd.Flags())
	plan.register(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("continue", func(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		if a.applyProfile(cmd.Flags()) != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return a.fromDatabase(cmd.Context(), "run", "continue", word), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

func (a *app) runFile(ctx context.Context, path string, args []string) error {
	s, err := a.runnableScript(ctx, path)
	if err != nil {
		return err
	}
	return a.runScript(ctx, s, args)
}

// runnableScript reads a script that does something.
func (a *app) runnableScript(ctx context.Context, path string) (*script, error) {
	s, err := a.readScript(ctx, path)
	if err == nil {
		err = s.runnable()
	}
	return s, err
}

// runInput runs the script on standard input if the command has no arguments, like lua and sh.
func (a *app) runInput(ctx context.Context) error {
	s, err := a.takeScript(ctx, standardInput)
	switch {
	case err != nil:
		return err
	case s.empty():
		return &usageError{message: "there is nothing to run: standard input is empty", hint: "`dbos-script --help` lists commands and flags"}
	}
	if err := s.runnable(); err != nil {
		return err
	}
	return a.runScript(ctx, s, nil)
}

// isFed returns true if standard input is not a terminal, where a person would have to type the
// script.
func (a *app) isFed() bool {
	file, ok := a.in.(*os.File)
	return ok && !terminal.Is(file)
}

func (a *app) runScript(ctx context.Context, s *script, args []string) error {
	if asksForParameters(s, args) {
		return a.showParameters(ctx, s, args)
	}
	return a.execute(ctx, s, args)
}

// execute runs a script with what it needs.
func (a *app) execute(ctx context.Context, s *script, args []string) error {
	own, err := a.withNeeds(ctx, s.path, durable.BundleOf(s.source()), true)
	if err != nil {
		return err
	}
	return own.executeBare(ctx, s, args)
}

// executeBare runs a script with the grants of the flags alone.
func (a *app) executeBare(ctx context.Context, s *script, args []string) error {
	return a.sessionAlone(ctx, s.path, args, func(r *run.Run) error { return r.Execute(s.source()) })
}

func (a *app) runChunk(ctx context.Context, chunk string, args []string) error {
	if syntax.IsBlank(chunk) {
		return &usageError{message: "-e: there is nothing to run", hint: "write a piece of Lua: dbos-script -e 'print(1)'"}
	}
	return a.sessionAlone(ctx, "-e", args, func(r *run.Run) error { return r.Execute(run.Text("-e", chunk)) })
}
