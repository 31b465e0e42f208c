package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/repl"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/terminal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) replCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "repl",
		Short: "Type Lua and see what it returns",
		Long: "Runs each input that you type, and shows its value: a record as its fields, a list of records as a table, a table\n" +
			"longer than the window with $PAGER. _ is the last value, help(x) explains, Tab completes. Globals stay, and so do the\n" +
			"locals that are declared outside of a block; an iterator of dbos ends with its input. Ctrl-C ends the line or the call\n" +
			"under way; Ctrl-D or exit() ends the session. Inputs are remembered in $XDG_STATE_HOME/dbos-script/history, without\n" +
			"inputs that hold a password. From a pipe it reads without prompts, goes on after an input that fails, and ends with the\n" +
			"exit code of the first failure.",
		Example: "  dbos-script repl --db postgres://localhost/orders --read-only\n" +
			"  echo '#dbos.list_workflows{status = \"ERROR\"}' | dbos-script repl",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage(cmd, fmt.Errorf("repl takes no argument: unexpected %q", args[0]))
			}
			return a.sessionAlone(cmd.Context(), "repl", nil, a.converse)
		},
	}
}

func (a *app) converse(r *run.Run) error {
	c := &conversation{app: a, run: r, page: r.Write, watched: a.watched()}
	options, err := c.options()
	if err != nil {
		return err
	}
	session, err := repl.New(options)
	if err != nil {
		return err
	}
	if c.watched {
		defer keepInterrupts()()
		r.Page(a.page)
		c.page = a.page
		if err := c.greet(); err != nil {
			return err
		}
	}
	if err := session.Run(r.Context()); err != nil {
		return err
	}
	if c.failed != nil && !c.watched {
		return &stdlib.ExitRequest{Status: run.ExitCode(c.failed)}
	}
	return nil
}

// watched returns true if a person types and reads.
func (a *app) watched() bool {
	in, ok := a.in.(*os.File)
	return ok && terminal.Is(in) && terminal.Is(a.out)
}

// keepInterrupts makes Ctrl-C interrupt the session's input instead of ending the process, until
// restore is called.
func keepInterrupts() (restore func()) {
	signal.Reset(os.Interrupt)
	ignored := make(chan os.Signal, 1)
	signal.Notify(ignored, os.Interrupt)
	return func() { signal.Stop(ignored) }
}

// A conversation is a run that somebody types to.
type conversation struct {
	app     *app
	run     *run.Run
	page    func([]byte) error // writes a long text
	watched bool
	failed  error // why the first input failed that did; nil if none has
}

func (c *conversation) options() (repl.Options, error) {
	dump, err := vm.Compile("inspect", `return require("inspect").dump(...)`)
	if err != nil {
		return repl.Options{}, err
	}
	o := repl.Options{
		VM: c.run.VM(), Exposer: c.run.Exposer(), Out: paged(c.page), Dump: dump, Flush: c.run.Flush,
		Failed: c.failure, Begin: c.begin,
		JSON:  func(v any) (string, error) { return codec.ShowJSON(v, "") },
		Table: c.table, Function: c.function, Objects: objects,
	}
	o.Reader, err = c.reader()
	return o, err
}

// function is the first line of a function's manual, and its summary.
func (c *conversation) function(topic declare.Topic) string {
	call, rest, _ := strings.Cut(c.run.Manual(&topic), "\n")
	summary, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return fmt.Sprintf("%s\n  %s\n  help(%s) explains", call, summary, topic.Name)
}

// objects shows the states of workflows instead of their handles, and the outcome for each
// workflow instead of a call's summary, which is on standard error.
func objects(ctx context.Context, list []declare.Raw) (string, error) {
	if changes, ok := list[0].Native().(*bindings.Changes); ok && len(list) == 1 {
		return changes.Lines(), nil
	}
	handles := make([]*bindings.Handle, len(list))
	for i, raw := range list {
		handle, ok := raw.Native().(*bindings.Handle)
		if !ok {
			return "", nil
		}
		handles[i] = handle
	}
	return bindings.States(ctx, handles)
}

// begin lets Ctrl-C end an input, and not the session, and counts the changes of each input by
// itself.
func (c *conversation) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	c.run.Guard().Begin()
	if !c.watched {
		ctx, cancel := context.WithCancel(ctx)
		return ctx, c.summing(cancel)
	}
	ctx, cancel := signal.NotifyContext(ctx, os.Interrupt)
	return ctx, c.summing(cancel)
}

// summing ends an input with a line about its changes. The line of the last input is not repeated
// at the end.
func (c *conversation) summing(cancel context.CancelFunc) context.CancelFunc {
	return func() {
		cancel()
		for _, line := range c.run.Guard().Tallies() {
			if !line.Made { // the input's own result shows what it made
				fmt.Fprintf(c.app.err, "dbos-script: %s\n", line)
			}
		}
		c.run.Guard().Begin()
	}
}

// failure shows why an input failed, unless that ends the session.
func (c *conversation) failure(err error) error {
	var exit *stdlib.ExitRequest
	if errors.As(err, &exit) || c.run.Context().Err() != nil {
		return err
	}
	c.failed = cmp.Or(c.failed, err)
	var script *vm.ScriptError
	if errors.As(err, &script) {
		c.app.printScriptError("", script)
		return nil
	}
	c.app.print(err)
	return nil
}

// paged writes each text as a whole.
type paged func([]byte) error

func (p paged) Write(text []byte) (int, error) { return len(text), p(text) }

// table writes a table even if --output asks for another format, because --output is for values
// that scripts emit.
func (c *conversation) table(rows []declare.Raw) error {
	list := make([]render.Row, len(rows))
	for i, row := range rows {
		value, err := row.Shown()
		if err != nil {
			return err
		}
		list[i] = render.Row{Kind: row.Type(), Value: value}
	}
	var text bytes.Buffer
	printer := render.NewPrinter(&text, render.Table, render.Kinds{Summary: bindings.Summaries()})
	printer.Fit(c.app.width)
	if err := printer.List(list); err != nil {
		return err
	}
	return c.page(text.Bytes())
}
