package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// A folder is where scheduled scripts lie. It is a schedule.Source.
type folder struct {
	app     *app
	path    string
	sources map[string]run.Source // that were loaded last, by name
	needs   map[string][]string   // of scripts that declare them, as flags
	workers declaredWorkflows
}

// newFolder returns a folder whose runs write in turns.
func (a *app) newFolder(path string) (*folder, error) {
	if err := isFolder(path); err != nil {
		return nil, err
	}
	shared := *a
	var mutex sync.Mutex
	shared.out = syncWriter{&mutex, a.out}
	if a.jsonLog() == nil { // which is for several runs already
		shared.err = syncWriter{&mutex, a.err}
	}
	shared.pools, shared.neighbours = &client.Pools{}, &vm.Neighbours{}
	return &folder{app: &shared, path: path, sources: map[string]run.Source{}, needs: map[string][]string{}}, nil
}

// names are the scripts, without their tests.
func (f *folder) names() (names []string) {
	for _, path := range scriptsIn(f.path) {
		if !strings.HasSuffix(path, testSuffix) {
			names = append(names, filepath.Base(path))
		}
	}
	return names
}

// Versions returns the digest of each script.
func (f *folder) Versions() (map[string]string, error) {
	if err := isFolder(f.path); err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for _, name := range f.names() {
		text, err := plainfile.Read(filepath.Join(f.path, name), vm.MaxSource)
		switch {
		case errors.Is(err, fs.ErrNotExist): // it was taken away this moment
		case err != nil:
			versions[name] = err.Error() // Load reports the error
		default:
			versions[name] = run.Source{Text: text}.SHA256() + f.needsVersion(name, text)
		}
	}
	f.workers.keep(versions)
	return versions, nil
}

// Load compiles a script and reads its schedule and the workflow that it declares, without running
// it.
func (f *folder) Load(ctx context.Context, name string) (*schedule.Script, error) {
	path := filepath.Join(f.path, name)
	text, err := readScriptFile(path)
	if err != nil {
		return nil, err
	}
	declaration, err := vm.Extract(path, string(text), "schedule", "declare")
	if err != nil {
		return nil, err
	}
	program, err := vm.Compile(path, string(text))
	if err != nil {
		return nil, err
	}
	script := run.Source{Path: path, Name: path, Folder: f.path, Text: text, Program: program}
	granted, err := f.loadNeeds(ctx, name, script)
	if err != nil {
		f.workers.drop(name)
		return nil, err
	}
	if err := f.loadWorkflow(ctx, name, script); err != nil || declaration == nil {
		return nil, err
	}
	plan, err := f.app.readPlan(ctx, declaration)
	if err != nil {
		return nil, err
	}
	served := &schedule.Script{Plan: plan, Run: func(ctx context.Context, tick schedule.Tick) error {
		own, err := granted(ctx)
		if err != nil {
			return err
		}
		return own.runOnce(ctx, script, tick)
	}}
	f.sources[name] = script
	if plan.OnFailure != nil {
		handler := run.Source{Path: path, Name: path, Folder: f.path, Text: text, Program: declaration}
		served.Failed = func(ctx context.Context, failure schedule.Failure) error {
			own, err := granted(ctx)
			if err != nil {
				return err
			}
			return own.runOnFailure(ctx, handler, failure)
		}
	}
	return served, nil
}

// loadNeeds returns a function for the settings of each run of a script with what it needs, and an
// error if nobody has approved that. The function asks again, because an approval may be revoked
// and a link may lead elsewhere before the next run.
func (f *folder) loadNeeds(ctx context.Context, name string, script run.Source) (granted func(context.Context) (*app, error), err error) {
	needs, _, err := declaredNeeds(script.Name, string(script.Text))
	if delete(f.needs, name); err != nil || needs.Empty() {
		return func(context.Context) (*app, error) { return f.app, nil }, err
	}
	bundle := durable.BundleOf(script)
	granted = func(ctx context.Context) (*app, error) { return f.app.withNeeds(ctx, script.Path, bundle, false) }
	if _, err = granted(ctx); err == nil {
		f.needs[name] = list(needs.Flags(), audit.Mask)
	}
	return granted, err
}

// needsVersion returns a text that changes if a script with needs, or one of its modules, has to be
// loaded again, also because somebody has approved it. It is empty for other scripts.
func (f *folder) needsVersion(name string, text []byte) string {
	if !needsWord.Match(text) {
		return ""
	}
	path := filepath.Join(f.path, name)
	n, err := f.app.needing(path, durable.BundleOf(run.Source{Path: path, Name: path, Folder: f.path, Text: text}))
	if err != nil || n == nil {
		return ""
	}
	approved, _ := approvals().Approved(n.subject) // Load reports the error
	return fmt.Sprintf(" %s %t", n.subject.SHA256, approved)
}

// readPlan returns the plan of a statement that declares a schedule.
func (a *app) readPlan(ctx context.Context, declaration *vm.Program) (plan schedule.Plan, err error) {
	declared := make(chan schedule.Plan, 1)
	environment := run.Environment{Declared: func(p schedule.Plan) { handOver(declared, p) }}
	err = a.runDeclaration(ctx, declaration, "schedule.declare", environment)
	return handedOver(declared), err
}

// handOver hands a declaration over, unless it was given up.
func handOver[P any](to chan<- P, plan P) {
	select {
	case to <- plan:
	default:
	}
}

// handedOver returns the declaration that was handed over, if there is one.
func handedOver[P any](from <-chan P) (plan P) {
	select {
	case plan = <-from:
	default:
	}
	return plan
}

// runDeclaration runs a statement that declares something, where nothing else can be reached. A
// declaration that does not end is given up.
func (a *app) runDeclaration(ctx context.Context, declaration *vm.Program, function string, environment run.Environment) error {
	reader := &app{streams: streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard}, unaudited: true, neighbours: a.neighbours}
	reader.options = reader.options.limitDeclaration()
	environment.Database = func(context.Context) (client.ClientConfig, error) { return client.ClientConfig{}, errConstant }
	reader.environment = environment
	err := reader.session(ctx, declaration.Name(), nil, func(r *run.Run) error {
		return r.Execute(run.Source{Name: declaration.Name(), Program: declaration})
	})
	return overlong(err, declaration.Name(), function, "and its values are constants")
}

// errConstant is the error of a declaration that asks the database.
var errConstant = &run.DeniedError{Err: errors.New("a declaration is read without running the script: its values are constants")}
