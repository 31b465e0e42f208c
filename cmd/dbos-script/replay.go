package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// replayOptions are the flags of replay.
type replayOptions struct {
	file  string // the changed script
	from  string // a file with a recorded run
	write string // the file to write the recorded run to
}

// maxRecorded bounds a file with a recorded run: the text of a journal may be quoted twice.
const maxRecorded = 4*journal.DefaultBytes + (64 << 20)

func (a *app) replayCommand() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay RUN",
		Short: "Check that a script makes the calls that a durable run has recorded",
		Long: "Executes the script of a durable run against its recorded steps. Each call gets its recorded result: nothing is changed, sent or\n" +
			"read, and what the script prints is not shown. The steps are listed as the script asks for them. If it asks for another step than\n" +
			"the recorded one, both are named, and the exit code is 1.\n\n" +
			"The script is the stored text with which the run began. --file FILE replays another text, to see whether a changed script could go on\n" +
			"with runs that are under way. RUN is an id, or last. --write-recorded FILE keeps the recorded run in a file, and --recorded FILE\n" +
			"replays it without a database. The file has the results of all calls.\n\n" +
			"A workflow of workflow.declare, which an application has enqueued, is replayed with its input.",
		Example: "  dbos-script replay 20261130-101500-4f9a1c\n  dbos-script replay last --file requeue.lua",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.from != "" && len(args) > 0:
				return usage(cmd, errors.New("--recorded FILE has the run already: write no RUN beside it"))
			case o.from == "" && len(args) != 1:
				return usage(cmd, errors.New("which run? write dbos-script replay RUN"))
			}
			return a.replay(cmd.Context(), cmp.Or(append(args, "")...), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.file, "file", "", "replay this script in place of the stored one")
	flags.StringVar(&o.from, "recorded", "", "replay the recorded run of this file, without a database")
	flags.StringVar(&o.write, "write-recorded", "", "also write the recorded run to this file, which must not exist")
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 || a.applyProfile(cmd.Flags()) != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return a.fromDatabase(cmd.Context(), "replay", "run", word), cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// replay replays a run, and lists the steps that the script has asked for.
func (a *app) replay(ctx context.Context, id string, o replayOptions) error {
	var changed *durable.Bundle
	if o.file != "" {
		s, err := a.runnableScript(ctx, o.file)
		if err != nil {
			return err
		}
		bundle := durable.BundleOf(s.source())
		changed = &bundle
	}
	recorded, err := a.recordedRun(ctx, id, o.from)
	if err != nil {
		return err
	}
	if o.write != "" {
		if err := writeRecorded(recorded, o.write); err != nil {
			return err
		}
	}
	config, err := a.runConfig(recorded.Plan.Script, recorded.Plan.Arguments)
	if err != nil {
		return err
	}
	list := a.newReplayList(config.Format)
	made, err := recorded.Replay(ctx, config, changed, list.add)
	if err := errors.Join(list.failed, list.done()); err != nil {
		return err
	}
	return a.replayed(recorded, made, err)
}

// replayed says how a replay has ended.
func (a *app) replayed(recorded *durable.Recorded, made durable.Replayed, err error) error {
	of := fmt.Sprintf("%d of %s %s", made.Matched, countOf(len(recorded.Steps), "recorded step"), agrees(len(recorded.Steps), "match"))
	_, differs := errors.AsType[*journal.NonDeterministicError](err)
	_, ends := errors.AsType[*durable.DifferentEndError](err)
	switch {
	case differs || ends:
		return &stdlib.ExitRequest{Status: stdlib.ExitScriptError, Message: fmt.Sprintf("run %s is not replayed: %s: %v", recorded.Run, of, err)}
	case err != nil:
		return err
	case made.Next != nil:
		fmt.Fprintf(a.err, "dbos-script: run %s (%s) is replayed as far as it is recorded: %s; the next call is %s\n", recorded.Run, recorded.Status, of, made.Next)
		return nil
	}
	fmt.Fprintf(a.err, "dbos-script: run %s (%s) is replayed: %s\n", recorded.Run, recorded.Status, of)
	return nil
}

// agrees returns a verb in the form that a number of things takes.
func agrees(n int, verb string) string {
	if n == 1 {
		return verb + "es"
	}
	return verb
}

// recordedRun reads a run from a file or, if none is named, from the database.
func (a *app) recordedRun(ctx context.Context, id, file string) (*durable.Recorded, error) {
	if file != "" {
		text, err := plainfile.Read(file, maxRecorded)
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("%s cannot be read: %v", file, plainError(err))}
		}
		recorded, err := durable.DecodeRecorded(text)
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("%s: %v", file, err), hint: "`dbos-script replay RUN --write-recorded FILE` writes such a file"}
		}
		return recorded, nil
	}
	url, embedded := a.options.url()
	if embedded {
		if err := a.openingEmbedded(); err != nil {
			return nil, err
		}
	}
	config := a.options.config(url)
	config.ReadOnly, config.DryRun, config.Logger = true, false, a.logger()
	named := id
	if id == "last" {
		if found := a.workflows(ctx, 1); len(found) > 0 {
			named = found[0].ID
		}
	}
	recorded, err := durable.ReadRecorded(ctx, named, config)
	if err != nil || recorded != nil {
		return recorded, err
	}
	var known []string
	for _, wf := range a.workflows(ctx, maxSuggested) {
		known = append(known, wf.ID)
	}
	return nil, durable.UnknownRun(id, known)
}

// maxSuggested is how many of the newest runs are compared with an id that none has.
const maxSuggested = 100

// writeRecorded writes a run to a new file that others cannot read, because the results of its
// calls are in it.
func writeRecorded(recorded *durable.Recorded, path string) error {
	var text bytes.Buffer
	err := recorded.Write(&text)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &usageError{message: fmt.Sprintf("%s cannot be written: %v", path, plainError(err))}
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Close()); err != nil {
		err = errors.Join(err, os.Remove(file.Name())) // or it would be in the way of the next try
	}
	return err
}

// A replayList shows the steps that match.
type replayList struct {
	app     *app
	printer *render.Printer // nil without --output
	rows    []render.Row
	failed  error
}

func (a *app) newReplayList(format render.Format) *replayList {
	l := &replayList{app: a}
	if a.options.output != "" {
		l.printer = printer(a.out, format, render.Kinds{Summary: map[string][]string{"step": {"number", "name", "where", "result"}}})
	}
	return l
}

func (l *replayList) add(s journal.Step) {
	if l.printer == nil {
		_, err := fmt.Fprintf(l.app.out, "%s\n", harmless(s.String()))
		l.failed = cmp.Or(l.failed, err)
		return
	}
	result := "returned"
	if s.Error != nil {
		result = "raised"
	}
	l.rows = append(l.rows, render.Row{Kind: "step", Value: declare.Members{
		{Key: "number", Value: int64(s.Number)}, {Key: "name", Value: s.Name}, {Key: "where", Value: present(s.Where)}, {Key: "result", Value: result},
	}})
}

func (l *replayList) done() error {
	if l.printer == nil {
		return nil
	}
	return l.printer.List(l.rows)
}
