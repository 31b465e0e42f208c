package stdlib

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/spec"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func emit(host Host) spec.Func {
	type args struct {
		Value   spec.Raw `arg:"value" doc:"A record, a table, or a list of them."`
		Columns []string `json:"columns" doc:"Which fields to write, in this order, where the format has columns."`
	}
	return spec.Do("emit", "Writes data to standard output in the format of --output: a table, JSON, lines of JSON, CSV or ids.",
		func(_ context.Context, a args) error {
			rows, listed := rowsOf(a.Value)
			for _, raw := range rows {
				value, err := raw.Ordered()
				if err != nil {
					return err
				}
				host.Output.Add(render.Row{Kind: raw.Type(), Value: value, Columns: a.Columns})
			}
			return host.Output.Done(listed)
		}).
		Notes("A list is written item by item. Without `--output` it is a table on a terminal and lines of JSON elsewhere.").
		Example(`emit(dbos.list_workflows{limit = 3})`).
		Example(`emit({{queue = "orders", failed = 3}, {queue = "mails", failed = 0}}, {columns = {"queue", "failed"}})`)
}

// rowsOf gives the items of a list, or the one value that is none.
func rowsOf(value spec.Raw) (rows []spec.Raw, listed bool) {
	if items, ok := value.List(); ok {
		return items, true
	}
	return []spec.Raw{value}, false
}
