package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/schedule"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// declaredWorkflows are the scripts of a folder that applications start as workflows.
type declaredWorkflows struct {
	executor *sharedTicks                   // executes them; nil if the server is not durable
	plans    map[string]stdlib.WorkflowPlan // by the name of the script
}

// loadWorkflow reads the workflow that a script declares, if it declares one, and lets the server
// execute it.
func (f *folder) loadWorkflow(ctx context.Context, name string, script run.Source) error {
	declaration, err := vm.Extract(script.Path, string(script.Text), "workflow", "declare")
	if err != nil {
		return err
	}
	if declaration == nil {
		f.workers.drop(name)
		return nil
	}
	plan, err := f.app.readWorkflow(ctx, declaration)
	if err == nil {
		err = f.workers.fits(name, plan)
	}
	if err == nil && f.workers.executor != nil {
		err = f.workers.executor.takeWorkflow(ctx, name, script, plan)
	}
	if err != nil {
		return err
	}
	if old, known := f.workers.plans[name]; known && old.Name != plan.Name {
		f.workers.drop(name)
	}
	if f.workers.plans == nil {
		f.workers.plans = map[string]stdlib.WorkflowPlan{}
	}
	f.workers.plans[name] = plan
	return nil
}

// readWorkflow returns the plan of a statement that declares a workflow.
func (a *app) readWorkflow(ctx context.Context, declaration *vm.Program) (plan stdlib.WorkflowPlan, err error) {
	declared := make(chan stdlib.WorkflowPlan, 1)
	environment := run.Environment{DeclaredWorkflow: func(p stdlib.WorkflowPlan) { handOver(declared, p) }}
	err = a.runDeclaration(ctx, declaration, "workflow.declare", environment)
	return handedOver(declared), err
}

// fits returns an error if a plan contradicts that of another script.
func (d *declaredWorkflows) fits(script string, plan stdlib.WorkflowPlan) error {
	for other, known := range d.plans {
		switch {
		case other == script:
		case known.Name == plan.Name:
			return &usageError{message: fmt.Sprintf("%s declares the workflow %q, which %s declares too", script, plan.Name, other)}
		case known.Queue == plan.Queue && !sameLimits(known, plan):
			return &usageError{message: fmt.Sprintf("%s declares the queue %q with other limits than %s", script, plan.Queue, other), hint: "write the same concurrency, worker_concurrency and rate_limit in both, or use two queues"}
		}
	}
	return nil
}

func sameLimits(a, b stdlib.WorkflowPlan) bool {
	rate := func(p stdlib.WorkflowPlan) stdlib.WorkflowRate {
		if p.RateLimit == nil {
			return stdlib.WorkflowRate{}
		}
		return *p.RateLimit
	}
	return a.Concurrency == b.Concurrency && a.WorkerConcurrency == b.WorkerConcurrency && rate(a) == rate(b)
}

// rows returns a row for each workflow, by the names of the scripts.
func (d *declaredWorkflows) rows() (rows []render.Row) {
	for _, script := range slices.Sorted(maps.Keys(d.plans)) {
		p := d.plans[script]
		rate := "none"
		if p.RateLimit != nil {
			rate = fmt.Sprintf("%d in %s", p.RateLimit.Limit, p.RateLimit.Period)
		}
		rows = append(rows, render.Row{Kind: "workflow", Value: declare.Members{
			{Key: "script", Value: script}, {Key: "workflow", Value: p.Name}, {Key: "queue", Value: p.Queue},
			{Key: "concurrency", Value: limitText(p.Concurrency)}, {Key: "worker_concurrency", Value: limitText(p.WorkerConcurrency)},
			{Key: "rate_limit", Value: rate}, {Key: "max_recovery_attempts", Value: p.MaxRecoveryAttempts},
		}})
	}
	return rows
}

func limitText(limit int) any {
	if limit == 0 {
		return "none"
	}
	return limit
}

// listServed prints schedules and then workflows, which have tables of their own.
func listServed(p *render.Printer, format render.Format, rows []render.Row) error {
	first := slices.IndexFunc(rows, func(r render.Row) bool { return r.Kind == "workflow" })
	if format != render.Table || first <= 0 {
		return p.List(rows)
	}
	return errors.Join(p.List(rows[:first]), p.List(rows[first:]))
}

// keep drops the workflows of scripts that are gone.
func (d *declaredWorkflows) keep(versions map[string]string) {
	for name := range d.plans {
		if _, there := versions[name]; !there {
			d.drop(name)
		}
	}
}

// drop begins no more workflows of a script.
func (d *declaredWorkflows) drop(script string) {
	plan, known := d.plans[script]
	if delete(d.plans, script); known && d.executor != nil {
		d.executor.server.DropWorkflow(plan.Name)
		d.executor.app.logger().Info("no longer a workflow", "script", script, "workflow", plan.Name)
	}
}

// takeWorkflow lets this server execute the workflows that a script declares.
func (t *sharedTicks) takeWorkflow(ctx context.Context, name string, script run.Source, plan stdlib.WorkflowPlan) error {
	ctx, cancel := context.WithTimeout(ctx, makePatience)
	defer cancel()
	script.Name = name // the same on every machine, wherever its folder is
	err := t.server.AddWorkflow(ctx, userName(), durable.BundleOf(script), plan, func(ctx context.Context, l *durable.Life) error {
		return t.liveWorkflow(ctx, l, name)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	t.app.logger().Info("serving the workflow", "script", name, "workflow", plan.Name, "queue", plan.Queue)
	return nil
}

// liveWorkflow executes a workflow that an application has enqueued, from its recorded steps on.
func (t *sharedTicks) liveWorkflow(ctx context.Context, l *durable.Life, script string) error {
	tick := schedule.Tick{Script: script, At: l.Plan.Began, By: "an application", ID: l.ID()}
	return t.report(ctx, l, tick, 0)
}
