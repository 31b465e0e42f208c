package worker

import (
	"maps"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A catalogue holds the workflows that an executor can run, by name and version.
type catalogue struct {
	workflows map[string]map[string]registration
	current   map[string]string // the version for rows without one, by name
}

// ExecutorOptions say which rows of a name a function runs.
type ExecutorOptions struct {
	// Version is the application_version of the rows that the function runs. If it is empty, it
	// runs rows of every version for which no other function is registered.
	Version string
	// MaxRetries bounds the recoveries of a workflow; if zero, MaxRecoveryAttempts does.
	MaxRetries int
}

// Register adds a workflow, or replaces the one of its name and version; runs that are under way go
// on with the old one. It may be called at any time: the next claim takes what it adds. A row
// without a version is run by the function that was registered last for its name, and keeps its
// version from then on. Rows of names and versions that are not registered, and rows of a class,
// stay on their queues.
func (x *Executor) Register(name string, run Workflow, options ExecutorOptions) {
	if options.MaxRetries <= 0 {
		options.MaxRetries = x.worker.Load().config.MaxRecoveryAttempts
	}
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.known = x.known.with(name, options.Version, registration{run, options.MaxRetries})
}

// Retire lets the executor claim no more rows of a name that have no version. Runs that have begun
// go on.
func (x *Executor) Retire(name string) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	current := maps.Clone(x.known.current)
	delete(current, name)
	x.known.current = current
}

// catalogue returns the workflows that are registered now.
func (x *Executor) catalogue() catalogue {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	return x.known
}

// with returns the catalogue with another workflow. The old one stays as it is, because a round
// may be reading it.
func (c catalogue) with(name, version string, added registration) catalogue {
	more := catalogue{maps.Clone(c.workflows), maps.Clone(c.current)}
	if more.workflows == nil {
		more = catalogue{map[string]map[string]registration{}, map[string]string{}}
	}
	versions := maps.Clone(more.workflows[name])
	if versions == nil {
		versions = map[string]registration{}
	}
	versions[version] = added
	more.workflows[name], more.current[name] = versions, version
	return more
}

// find returns the function of a row.
func (c catalogue) find(name, version string) (registration, bool) {
	versions := c.workflows[name]
	if found, ok := versions[version]; ok {
		return found, true
	}
	found, ok := versions[""]
	return found, ok
}

// args adds the lists of claimKnown to arguments.
func (c catalogue) args(args query.Args) {
	names, versions := []string{}, []string{}
	for name, known := range c.workflows {
		for version := range known {
			names, versions = append(names, name), append(versions, version)
		}
	}
	args["names"], args["known_versions"] = names, versions
	current := slices.Sorted(maps.Keys(c.current))
	newest := make([]string, len(current))
	for i, name := range current {
		newest[i] = c.current[name]
	}
	args["current_names"], args["current_versions"] = current, newest
}
