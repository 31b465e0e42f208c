package owner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// SDK is the language of a DBOS SDK; "" is an unknown one.
type SDK string

// The SDKs.
const (
	Go         SDK = "go"
	Python     SDK = "python"
	TypeScript SDK = "typescript"
	Java       SDK = "java"
)

// SDKs returns all of them, in the order in which messages list them.
func SDKs() []SDK { return []SDK{Go, Python, TypeScript, Java} }

// Title is the SDK's name as its makers write it, "" for an unknown one.
func (s SDK) Title() string {
	return map[SDK]string{Go: "Go", Python: "Python", TypeScript: "TypeScript", Java: "Java"}[s]
}

// Valid reports whether the text names an SDK.
func (s SDK) Valid() bool { return slices.Contains(SDKs(), s) }

// A Source is the kind of rows a finding rests on.
type Source string

// The sources, the strongest first.
const (
	Runs      Source = "runs"
	Schedules Source = "schedules"
)

// launches is the source of a finding without an SDK: an application has registered a version here.
const launches Source = "launches"

// A Finding is a group of rows of one application and workflow that show one SDK.
type Finding struct {
	Application string // "" for rows without an owner
	Workflow    string
	SDK         SDK
	Source      Source
	Form        string // serialization of the rows, such as DBOS_JSON
	Count       int64
}

// Evidence lists the findings in the newest rows of a database.
type Evidence []Finding

// A Verdict is the SDK that a judgement found. SDK is "" if nothing shows one, or if findings
// contradict each other.
type Verdict struct {
	SDK SDK
	Why string
}

// Judge returns the SDK of the application that runs a workflow. Runs of the workflow itself
// decide; then other runs, and at last the contexts of schedules. If application is "", rows of
// all applications count, because any of them may take a workflow without an owner. Otherwise
// rows of the application count, or if it has none, rows without an owner.
func (e Evidence) Judge(application, workflow string) Verdict {
	scope := e.of(application)
	for _, source := range []Source{Runs, Schedules} {
		found := scope.from(source)
		if ofWorkflow := found.about(workflow); len(ofWorkflow) > 0 {
			return ofWorkflow.verdict()
		}
		if len(found) > 0 {
			return found.verdict()
		}
	}
	return Verdict{Why: "none of its newest runs and schedules shows one"}
}

// Launched reports whether any application has started on the database.
func (e Evidence) Launched() bool { return len(e.from(launches)) > 0 }

// Application returns the SDK of an application, as a whole. "" is the rows without an owner.
func (e Evidence) Application(application string) Verdict {
	ofApplication := e.filter(func(f Finding) bool { return f.Application == application })
	for _, source := range []Source{Runs, Schedules} {
		if found := ofApplication.from(source); len(found) > 0 {
			return found.verdict()
		}
	}
	return Verdict{Why: "none of its newest runs and schedules shows one"}
}

func (e Evidence) of(application string) Evidence {
	if application == "" {
		return e
	}
	ofApplication := e.filter(func(f Finding) bool { return f.Application == application })
	if len(ofApplication) > 0 {
		return ofApplication
	}
	return e.filter(func(f Finding) bool { return f.Application == "" })
}

func (e Evidence) from(source Source) Evidence {
	return e.filter(func(f Finding) bool { return f.Source == source })
}

func (e Evidence) about(workflow string) Evidence {
	return e.filter(func(f Finding) bool { return f.Workflow == workflow })
}

func (e Evidence) filter(keep func(Finding) bool) Evidence {
	var kept Evidence
	for _, f := range e {
		if keep(f) {
			kept = append(kept, f)
		}
	}
	return kept
}

// verdict is the one SDK that all findings show.
func (e Evidence) verdict() Verdict {
	v := Verdict{SDK: e[0].SDK, Why: e.summary()}
	for _, f := range e {
		if f.SDK != v.SDK {
			return Verdict{Why: "its rows contradict each other: " + v.Why}
		}
	}
	return v
}

// summary counts the rows by form, most of them first.
func (e Evidence) summary() string {
	type form struct {
		source Source
		name   string
	}
	counts := map[form]int64{}
	var forms []form
	for _, f := range e {
		key := form{f.Source, f.Form}
		if counts[key] == 0 {
			forms = append(forms, key)
		}
		counts[key] += f.Count
	}
	slices.SortFunc(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(a.name, b.name))
	})
	var parts []string
	for _, key := range forms {
		parts = append(parts, fmt.Sprintf("%s in %s", counted(counts[key], key.source), key.name))
	}
	return strings.Join(parts, ", ")
}

func counted(n int64, source Source) string {
	if n == 1 {
		return "1 " + strings.TrimSuffix(string(source), "s")
	}
	return fmt.Sprintf("%d %s", n, source)
}
