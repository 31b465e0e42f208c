package bindings

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A durable run records results as data. The types of this file are the data of objects that are
// bound to a connection, which is that of the call.

// connectionOf returns the connection of the object that a call is made on.
func connectionOf(owner any) (*Connection, error) {
	switch o := owner.(type) {
	case *Connection:
		return o, nil
	case *Handle:
		return o.connection, nil
	case *Debouncer:
		return o.connection, nil
	}
	return nil, fmt.Errorf("a %T has no connection", owner)
}

func recordedHandle(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c, func(h *Handle) string { return h.id },
		func(owner any, id string) (*Handle, error) {
			c, err := connectionOf(owner)
			return &Handle{c, id}, err
		})
}

// A debouncerData has the arguments of a debouncer.
type debouncerData struct {
	Workflow        string        `json:"workflow_name"`
	Timeout         time.Duration `json:"timeout"`
	ConfigName      string        `json:"config_name"`
	ClassName       *string       `json:"class_name"`
	QueueName       string        `json:"queue_name"`
	ApplicationName string        `json:"application_name"`
	SDK             client.SDK    `json:"sdk"`
}

func recordedDebouncer(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c,
		func(d *Debouncer) debouncerData {
			o := d.options
			return debouncerData{d.workflow, o.Timeout, o.ConfigName, o.ClassName, o.QueueName, o.ApplicationName, o.SDK}
		},
		func(owner any, d debouncerData) (*Debouncer, error) {
			c, err := connectionOf(owner)
			return &Debouncer{c, d.Workflow, client.DebouncerOptions{
				Timeout: d.Timeout, ConfigName: d.ConfigName, ClassName: d.ClassName, QueueName: d.QueueName, ApplicationName: d.ApplicationName, SDK: d.SDK,
			}}, err
		})
}

// A pruneGroupData has the fields of a group that a script sees.
type pruneGroupData struct {
	Name   string                    `json:"name"`
	Status client.WorkflowStatusType `json:"status"`
	Count  int64                     `json:"count"`
	Bytes  int64                     `json:"bytes"`
	Oldest time.Time                 `json:"oldest"`
	Newest time.Time                 `json:"newest"`
}

func recordedPruneGroup(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c,
		func(g client.PruneGroup) pruneGroupData {
			return pruneGroupData{g.Name, g.Status, g.Count, g.Bytes, g.Oldest, g.Newest}
		},
		func(_ any, d pruneGroupData) (client.PruneGroup, error) {
			return client.PruneGroup{Name: d.Name, Status: d.Status, Count: d.Count, Bytes: d.Bytes, Oldest: d.Oldest, Newest: d.Newest}, nil
		})
}

type reportData struct {
	Op      string                `json:"op"`
	Results []client.ChangeResult `json:"results"`
}

func dataOf(r *client.Report) reportData { return reportData{r.Op, r.Results} }

func (d reportData) changes(owner any) (*Changes, error) {
	c, err := connectionOf(owner)
	return &Changes{c, &client.Report{Op: d.Op, Results: d.Results}}, err
}

func recordedChanges(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c, func(c *Changes) reportData { return dataOf(c.report) },
		func(owner any, data reportData) (*Changes, error) { return data.changes(owner) })
}

type recoveryData struct {
	Report      reportData `json:"report"`
	Fenced      int        `json:"fenced"`
	MayRunTwice []string   `json:"may_run_twice"`
}

func recordedRecovery(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c,
		func(r *Recovered) recoveryData {
			return recoveryData{dataOf(r.report), r.recovery.Fenced, r.recovery.MayRunTwice}
		},
		func(owner any, data recoveryData) (*Recovered, error) {
			changes, err := data.Report.changes(owner)
			return &Recovered{changes, &client.Recovery{Report: changes.report, Fenced: data.Fenced, MayRunTwice: data.MayRunTwice}}, err
		})
}

type importData struct {
	Report  reportData     `json:"report"`
	Held    int            `json:"held"`
	Differ  []string       `json:"differ"`
	Freed   []string       `json:"freed"`
	Dropped map[string]int `json:"dropped"`
}

func recordedImport(c *declare.Class) *declare.Class {
	return declare.RecordedAs(c,
		func(i *Imported) importData {
			return importData{dataOf(i.report), i.intake.Held, i.intake.Differ, i.intake.Freed, i.intake.Dropped}
		},
		func(owner any, data importData) (*Imported, error) {
			changes, err := data.Report.changes(owner)
			return &Imported{changes, &client.ImportReport{Report: changes.report, Held: data.Held, Differ: data.Differ, Freed: data.Freed, Dropped: data.Dropped}}, err
		})
}
