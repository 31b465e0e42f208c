package journal_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

type report struct {
	Op      string `json:"op" doc:"Operation."`
	Changed int64  `json:"changed" doc:"Count."`
}

func cancelModule() declare.Module {
	return declare.Module{
		Name: "t", Doc: "T.", Classes: []*declare.Class{declare.RecordOf[report]("report", "A report.")},
		Funcs: []declare.Func{
			declare.Fn("cancel", "Cancels.", func(context.Context, textArgs) (*report, error) { return &report{"cancel", 1}, nil }).Changes(),
		},
	}
}

func called(b *testing.B, count int, config *journal.Config) {
	r, err := run.New(b.Context(), run.Config{Environment: run.Environment{Journal: config, Modules: []declare.Module{cancelModule()}}})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	script := fmt.Sprintf(`local cancel = require("t").cancel for i = 1, %d do cancel("order-1") end`, count)
	if err := r.Execute(run.Text("a.lua", script)); err != nil {
		b.Fatal(err)
	}
}

// The cost of a call without a journal, with one in memory, and of its replay:
// go test ./runtime/run/journal -run - -bench .
func BenchmarkCall(b *testing.B) {
	config := func(m *journal.Memory) *journal.Config {
		return &journal.Config{Record: m, Limits: journal.Limits{Steps: 1 << 40, Bytes: 1 << 60}}
	}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		called(b, b.N, nil)
	})
	b.Run("recorded", func(b *testing.B) {
		b.ReportAllocs()
		called(b, b.N, config(&journal.Memory{}))
	})
	b.Run("replayed", func(b *testing.B) {
		b.ReportAllocs()
		record := &journal.Memory{}
		called(b, b.N, config(record))
		b.ResetTimer()
		called(b, b.N, config(record))
	})
}
