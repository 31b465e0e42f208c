package main

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// streams are the three of a process; data goes to out, everything else to err.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// clean returns streams that cannot control a terminal: standard error always, because it is for
// people, and standard output if it is a terminal. Data for a file or another program stays
// unchanged. finish writes buffered text.
func (s streams) clean() (clean streams, finish func()) {
	screen := &terminal.Screen{}
	err := screen.Writer(s.err)
	out := err
	clean = streams{in: s.in, out: s.out, err: err}
	if terminal.Is(s.out) {
		out = screen.Writer(s.out)
		clean.out = out
	}
	return clean, func() {
		_ = out.Close()
		_ = err.Close()
	}
}

// Main runs the command line and returns the exit code.
func Main(ctx context.Context, args []string, s streams) int {
	return (&app{streams: s, abandoned: &run.Abandoned{}}).main(ctx, args)
}

func (a *app) main(ctx context.Context, args []string) int {
	s, finish := a.clean()
	defer finish()
	a.streams = s
	root := a.root()
	root.SetArgs(withRunFlag(withRun(root, args)))
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	defer func() {
		if log := a.jsonLog(); log != nil {
			_ = log.Close()
		}
	}()
	return a.report(run.Recover(func() error { return root.ExecuteContext(ctx) }))
}

// app is one call of the command.
type app struct {
	streams
	options      options
	environment  run.Environment                                  // replaces the real world for tests and schedules
	profile      profile.Profile                                  // the profile that --profile names; empty without it
	needed       []string                                         // what a person has approved of the script of a run, as flags
	alone        bool                                             // the run has the terminal to itself
	ages         bool                                             // tables show times as ages
	ownReport    bool                                             // a command: each run ends with its outcome and its id
	frugal       int64                                            // see boundHeap; 0 for most commands
	unaudited    bool                                             // runs work on databases of their own, and need no record
	transport    http.RoundTripper                                // how scripts send requests; nil is Go's own
	command      string                                           // starts the script, for its usage text; empty is run with the file
	pools        *client.Pools                                    // that the runs of a server share; nil for a run alone
	neighbours   *vm.Neighbours                                   // the runs of a server; nil for a run alone
	planned      func(change *client.Change, other bool) error    // called with each change of a dry run; may be nil
	applies      *audit.Plan                                      // the plan that a run carries out; may be nil
	beforeChange func() error                                     // called before the first change of a run; may be nil
	changed      func(script string, changes []guard.SummaryLine) // called at the end of each run of a server; may be nil
	history      *runHistory                                      // the last runs of a server that listens; may be nil
	abandoned    *run.Abandoned                                   // runs that were given up; nil counts none
	leaseTime    time.Duration                                    // of durable runs; zero is the default
	pollInterval time.Duration                                    // the same
}

func (a *app) root() *cobra.Command {
	var chunk string
	var showVersion bool
	root := &cobra.Command{
		Use:   "dbos-script",
		Short: "Scripts and runbooks for DBOS system databases",
		Long: "dbos-script runs Lua scripts against the system database of a DBOS application, on SQLite, Postgres or CockroachDB,\n" +
			"with no running executor or cloud service in between.\n\n" +
			"Its short name is " + shortName + ": `" + shortName + " list` is `dbos-script list`, wherever a link of that name to dbos-script is in the PATH.\n" +
			"`make install` makes it.\n\n" + exitCodeTable,
		Example: "  dbos-script run bulk_resume.lua --since 6h --db postgres://localhost/orders\n" +
			"  dbos-script -e 'emit(dbos.list_workflows{status = \"ERROR\", limit = 10})'",
		Args:          cobra.ArbitraryArgs,
		SilenceUsage:  true,
		SilenceErrors: true,

		PersistentPreRunE: a.beforeCommand,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case showVersion:
				return a.writeVersion()
			case cmd.Flags().Changed("execute"):
				return a.runChunk(cmd.Context(), chunk, args)
			case len(args) > 0:
				return unknownCommand(cmd, args[0])
			case a.isFed():
				return a.runInput(cmd.Context())
			}
			return cmd.Help()
		},
	}
	root.Flags().StringVarP(&chunk, "execute", "e", "", "run this piece of Lua")
	root.Flags().BoolVar(&showVersion, "version", false, "print the version")
	root.Flags().SetInterspersed(true)
	a.options.register(root.PersistentFlags())
	root.AddCommand(a.runCommand(), a.serveCommand(), a.testCommand(), a.checkCommand(), a.dbCommand(), a.runsCommand(), a.planCommand(), a.applyCommand(), a.bulkCommand(), a.grantsCommand(), a.replayCommand(), a.demoCommand(), a.replCommand(),
		a.docCommand(), a.initCommand(), a.manCommand(), a.versionCommand())
	root.AddCommand(a.runbookCommands("")...)
	complete(root)
	completionScripts(root, a.out)
	root.SetFlagErrorFunc(wrongFlag)
	root.SetHelpFunc(a.help)
	return root
}
