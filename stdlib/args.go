package stdlib

import (
	"context"
	"io"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/params"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func argsModule(host Host) declare.Module {
	return declare.Module{
		Name:    "args",
		Section: declare.ScriptSection,
		Doc:     "The script's parameters: the words after the script on the command line.",
		Funcs:   []declare.Func{argsDeclare(host), argsDidYouMean()},
		Values: []declare.Value{
			{Name: "raw", Doc: "The words after the script on the command line, as an array.", Go: host.words()},
			{Name: "output", Doc: "The format in which `emit` writes: `table`, `json`, `ndjson`, `csv` or `ids`. A script for people prints a picture instead of a table.", Go: host.format()},
		},
	}
}

// format returns the name of the format in which emit writes.
func (h Host) format() string {
	if h.Output == nil {
		return string(render.NDJSON)
	}
	return string(h.Output.Format())
}

func argsDeclare(host Host) declare.Func {
	type args struct {
		Parameters declare.Raw `arg:"parameters" doc:"A table: summary describes the script, needs the grants that it needs, and every other key declares a parameter of that name."`
	}
	return declare.Fn("declare", "Declares the parameters of the script, and reads them from the command line.",
		func(ctx context.Context, a args) (map[string]any, error) {
			declared, err := a.Parameters.Ordered()
			if err != nil {
				return nil, err
			}
			set, err := params.Declare(declared)
			if err != nil {
				return nil, err
			}
			set.Taken = host.Flags
			if host.Stdin != nil {
				set.Stdin = func() ([]byte, error) { return host.Stdin(ctx) }
			}
			if host.Masked != nil {
				host.Masked(set.Masked(host.Arguments))
			}
			if set.WantsHelp(host.Arguments) {
				if _, err := io.WriteString(host.Stdout, set.Usage(host.Command)); err != nil {
					return nil, err
				}
				return nil, host.End(&ExitRequest{})
			}
			if host.Needs != nil && !set.Needs.Empty() {
				if err := host.Needs(set.Needs); err != nil {
					return nil, err
				}
			}
			return set.Parse(host.Arguments, host.Clock().In(host.zone()))
		}).Reads().
		Returning("a table with the value of each parameter").
		Notes("A parameter is a table with the keys `type` (`string`, `integer`, `number`, `boolean`, `duration`, `time`, or `list` of strings; " +
			"`string` when not given), `default`, `required`, `values` (the only ones allowed), `min`, `max` (of a duration in seconds or as text), `short` (one letter), `secret` (its value is not in the audit log), `positional` (of one string or list: it takes the words that are not flags, such as ids, and in a list the lines of standard input take the place of the word `-`) and `doc`. " +
			"On the command line `max_age` is `--max-age VALUE` or `--max-age=VALUE`, a boolean is `--flag` or `--no-flag`, and `--help` " +
			"prints the list and ends the run. A duration arrives as a number of seconds, a time as a time; a parameter that is not given and " +
			"has no default is nil. A parameter with the name of a flag of dbos-script, such as `--db`, stands after `--`; after a second `--` every word is positional. `needs` has the grants of a run: a table with the keys `read`, `write`, `net`, `exec`, `env` and `db`, as in `needs = {net = \"hooks.example\", write = {\"out\"}}`, written in place. A person sees and approves them before the first run, once for each text of the script and profile, and the script gets no more. A wrong parameter ends the run with the exit code for usage. A script that declares no parameters finds the words in `args.raw`, `arg` and `...`, as a Lua script does.").
		Example("local p = args.declare {\n" +
			"  summary = \"Resume failed orders, a batch at a time\",\n" +
			"  status = {type = \"string\", default = \"ERROR\", values = {\"ERROR\", \"CANCELLED\"}, doc = \"which state\"},\n" +
			"  since = {type = \"duration\", default = \"24h\", doc = \"how far back\"},\n" +
			"  batch = {type = \"integer\", default = 200, min = 1, doc = \"workflows in one call\"},\n" +
			"}\nprint(p.status, p.since, p.batch)")
}

func argsDidYouMean() declare.Func {
	type args struct {
		Word  string   `arg:"word" doc:"A name that does not exist."`
		Names []string `arg:"names" doc:"The names that exist."`
	}
	return declare.Fn("did_you_mean", "Returns the end of an error message about an unknown name: the nearest known name.",
		func(_ context.Context, a args) (string, error) { return declare.DidYouMean(a.Word, a.Names), nil }).Pure().
		Returning("a text that begins with a blank; an empty text if no name is near").
		Example("print(\"there is no queue ordrs\" .. args.did_you_mean(\"ordrs\", {\"orders\", \"mails\"}))")
}
