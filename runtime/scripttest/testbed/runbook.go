package testbed

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Runner runs a script against the world: words are its parameters, flags the flags of the
// command. It returns an error only if the script cannot be run at all.
type Runner func(ctx context.Context, script string, words, flags []string) (*Outcome, error)

// An Outcome is the outcome of a script.
type Outcome struct {
	Status int    `json:"status" doc:"Its exit status: 0 for success, 1 when it failed, 4 for partial."`
	Output string `json:"output" doc:"The text of its standard output. Emitted rows are lines of JSON in it, unless the flags choose another format."`
	Rows   []any  `json:"rows" doc:"The emitted rows, item by item."`
	Log    string `json:"log" doc:"The text of its standard error: messages, progress and the error that ended it."`
	Error  error  `json:"error,omitempty" doc:"The error that ended it; nil when none did."`
}

// outcomeClass declares the result of runbook.run.
func outcomeClass() *declare.Class {
	return declare.RecordOf[Outcome]("runbook_outcome", "The outcome of a script that a test ran.")
}

func (w *World) runbook(run Runner) declare.Module {
	return declare.Module{
		Name:    "runbook",
		Section: declare.TestsSection,
		Doc:     "Runs scripts in a test, against its fleet and by its clock. It is in `dbos-script test` only.",
		Funcs:   []declare.Func{w.runbookRun(run)},
		Classes: []*declare.Class{outcomeClass()},
	}
}

type runbookArgs struct {
	Script     string      `arg:"script" doc:"The script's file, from the folder of the test."`
	Parameters declare.Raw `arg:"parameters,optional" doc:"Its parameters as a table, {since = \"6h\", batch = 10}, or as the words of a command line, {\"--since\", \"6h\"}."`
	Flags      []string    `json:"flags" doc:"Flags of dbos-script for this run, such as {\"--read-only\"}." single:"false"`
}

func (w *World) runbookRun(run Runner) declare.Func {
	return declare.Fn("run", "Runs a script as `dbos-script run` would, in its own Lua state.",
		func(ctx context.Context, a runbookArgs) (*Outcome, error) {
			words, err := commandWords(a.Parameters)
			if err != nil {
				return nil, err
			}
			defer w.called(ctx)()
			return run(ctx, a.Script, words, a.Flags)
		}).Outside().
		Returning("its status, outputs and error").
		Notes("A script that fails raises no error: `status` and `error` show it. While it waits, the fleet works and the clock moves. " +
			"The flags of `dbos-script test` hold for it too, and `flags` can only allow less. The script is a .lua file below " +
			"this folder or that of the test; any other needs `--allow-read`.").
		Example("fs.write(\"hello.lua\", \"emit{greeting = 'hello'}\")\n" +
			"local run = runbook.run(\"hello.lua\")\nassert.equal(0, run.status)\nassert.equal(\"hello\", run.rows[1].greeting)")
}

// commandWords writes parameters as a command line would.
func commandWords(raw declare.Raw) ([]string, error) {
	if raw == nil || raw.Type() == "nil" {
		return nil, nil
	}
	data, err := raw.Ordered()
	if err != nil {
		return nil, err
	}
	var words []string
	switch given := data.(type) {
	case []any:
		for _, word := range given {
			words = append(words, wordOf(word))
		}
		return words, nil
	case declare.Members:
		for _, member := range given {
			words = append(words, parameterWord(member.Key, member.Value))
		}
		return words, nil
	}
	return nil, declare.BadArgument("parameters", "table expected, got %s", raw.Type())
}

func parameterWord(name string, value any) string {
	flag := strings.ReplaceAll(name, "_", "-")
	if on, ok := value.(bool); ok && on {
		return "--" + flag
	} else if ok {
		return "--no-" + flag
	}
	return "--" + flag + "=" + wordOf(value)
}

func wordOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return declare.TimeText(v)
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = wordOf(item)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(value)
}

// Names returns the names of Modules.
func Names() []string { return []string{"fleet", "clock", "runbook", "fake"} }

// Modules are fleet, clock, runbook and fake.
func (w *World) Modules(run Runner) []declare.Module {
	return []declare.Module{w.fleet(), w.clockModule(), w.runbook(run), w.fake()}
}
