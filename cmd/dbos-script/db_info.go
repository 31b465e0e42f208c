package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) dbInfoCommand() *cobra.Command {
	exact := false
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Describe a system database and what it holds; changes nothing",
		Long: "Describes a system database, and counts its workflows. From 100,000 workflows on, the number in SUCCESS is an estimate,\n" +
			"and an application without a queue, version or schedule is named only if it owns newer workflows.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			url, _ := a.options.url()
			config := a.options.config(url)
			config.ReadOnly = true
			return a.withClient(cmd.Context(), config, func(c client.Client) error {
				var options []client.InfoOption
				if exact {
					options = append(options, client.WithExactCounts())
				}
				info, err := c.Info(options...)
				if err != nil {
					return err
				}
				if info.About {
					fmt.Fprintln(a.err, "dbos-script: the number of workflows in SUCCESS is an estimate, and owners of old ones may be missing; --exact reads all")
				}
				return a.printInfo(url, info)
			})
		},
	}
	cmd.Flags().BoolVar(&exact, "exact", false, "count every workflow, which takes seconds if there are millions")
	return cmd
}

// printInfo writes tables for a person, and one document for a program.
func (a *app) printInfo(url string, info *client.Info) error {
	format, err := a.format()
	if err != nil {
		return &usageError{message: err.Error()}
	}
	if format != render.Table {
		return a.printInfoDocument(format, infoMembers(url, info))
	}
	fmt.Fprintf(a.out, "%s\n%s schema %d, applications written with: %s\n", client.Redact(url), info.Backend, info.Version, info.Family)
	for _, section := range infoSections(info) {
		if section.title == unreadable || section.title == runTables && len(section.rows) == 0 {
			continue
		}
		if err := a.printSection(section); err != nil {
			return err
		}
	}
	a.printUnreadable(info.UnreadableSchedules)
	return nil
}

// runTables is the title of the tables for durable runs.
const runTables = "tables for durable runs"

// unreadable is the title of the schedules that their applications cannot read.
const unreadable = "unreadable schedules"

// printUnreadable writes lines, because a repair is too long for a cell of a table.
func (a *app) printUnreadable(schedules []client.UnreadableSchedule) {
	if len(schedules) == 0 {
		return
	}
	fmt.Fprintf(a.out, "\n%s\n", unreadable)
	for _, s := range schedules {
		fmt.Fprintf(a.out, " %s: %s\n   repair: %s\n", s.ScheduleName, s.Reason, s.Repair)
	}
}

// printInfoDocument writes one document. Without --output it is indented, because people read it in
// a pager as well.
func (a *app) printInfoDocument(format render.Format, members declare.Members) error {
	var text bytes.Buffer
	if err := render.NewPrinter(&text, format, render.Kinds{}).One(render.Row{Kind: "database", Value: members}); err != nil {
		return err
	}
	if a.options.output != "" || !json.Valid(text.Bytes()) {
		_, err := text.WriteTo(a.out)
		return err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, text.Bytes(), "", "  "); err != nil {
		return err
	}
	_, err := indented.WriteTo(a.out)
	return err
}

// A section is a table of the description. In a document it is a member.
type section struct {
	title string // the heading, and the key of the member
	empty string // is written if there are no rows
	rows  []any
}

func (a *app) printSection(s section) error {
	fmt.Fprintf(a.out, "\n%s\n", s.title)
	if len(s.rows) == 0 {
		fmt.Fprintf(a.out, " %s\n", s.empty)
		return nil
	}
	return a.printRows(a.out, withoutEmptyColumns(s.rows))
}

// withoutEmptyColumns leaves out the columns that are nil or false in every row, because they say
// nothing. "registered" is the other way round: it is left out if all queues are registered.
func withoutEmptyColumns(rows []any) []any {
	kept := map[string]bool{}
	for _, row := range rows {
		for _, member := range row.(declare.Members) {
			isSet := member.Value != nil && member.Value != false
			if member.Key == "registered" {
				isSet = !isSet
			}
			kept[member.Key] = kept[member.Key] || isSet
		}
	}
	return list(rows, func(row any) any {
		return slices.DeleteFunc(slices.Clone(row.(declare.Members)), func(m declare.Member) bool { return !kept[m.Key] })
	})
}

func infoMembers(url string, info *client.Info) declare.Members {
	members := declare.Members{
		{Key: "url", Value: client.Redact(url)}, {Key: "backend", Value: info.Backend}, {Key: "version", Value: info.Version},
		{Key: "family", Value: info.Family}, {Key: "applications", Value: list(info.Applications, func(s string) any { return s })},
	}
	for _, s := range infoSections(info) {
		members = append(members, declare.Member{Key: s.title, Value: s.rows})
	}
	return members
}

// infoSections returns the sections in their order.
func infoSections(info *client.Info) []section {
	return []section{
		{"owners", "none", list(info.Owners, func(o client.OwnerInfo) any {
			return declare.Members{{Key: "application", Value: cmp.Or(o.Application, "(none)")}, {Key: "sdk", Value: cmp.Or(string(o.SDK), "unknown")}, {Key: "why", Value: o.Why}}
		})},
		{"workflows", "none", list(info.Statuses, func(s client.StatusCount) any {
			return declare.Members{{Key: "status", Value: string(s.Status)}, {Key: "count", Value: s.Count}, {Key: "about", Value: s.About}}
		})},
		{"queues", "none", list(info.Queues, queueMembers)},
		{"versions", "none", list(info.Versions, versionMembers(info))},
		{"schedules", "none", list(info.Schedules, scheduleMembers)},
		{unreadable, "none", list(info.UnreadableSchedules, func(s client.UnreadableSchedule) any {
			return declare.Members{{Key: "name", Value: s.ScheduleName}, {Key: "reason", Value: s.Reason}, {Key: "repair", Value: s.Repair}}
		})},
		{runTables, "none", list(info.RunTables, func(t client.RunTable) any {
			return declare.Members{{Key: "name", Value: t.Name}, {Key: "holds", Value: t.Holds}, {Key: "count", Value: t.Count}, {Key: "version", Value: t.Version}}
		})},
		{"unsupported", "everything works on this database", list(info.Unsupported, func(l client.MissingCapability) any {
			return declare.Members{{Key: "capability", Value: l.Capability}, {Key: "missing", Value: l.Missing}}
		})},
	}
}

func queueMembers(q client.QueueInfo) any {
	return declare.Members{
		{Key: "name", Value: q.Name}, {Key: "waiting", Value: q.Waiting}, {Key: "delayed", Value: q.Delayed}, {Key: "running", Value: q.Running},
		{Key: "held", Value: nonzero(q.Held)}, {Key: "paused", Value: q.Paused},
		{Key: "concurrency", Value: optional(q.Concurrency)}, {Key: "worker_concurrency", Value: optional(q.WorkerConcurrency)},
		{Key: "rate_limit", Value: rateText(q.RateLimit, q.RatePeriod)}, {Key: "partitioned", Value: q.Partitioned},
		{Key: "partition_concurrency", Value: optional(q.PartitionConcurrency)},
		{Key: "partition_worker_concurrency", Value: optional(q.PartitionWorkerConcurrency)},
		{Key: "partition_rate_limit", Value: rateText(q.PartitionRateLimit, q.PartitionRatePeriod)}, {Key: "registered", Value: q.Registered},
	}
}

func rateText(limit *int64, period *float64) any {
	if limit == nil || period == nil {
		return nil
	}
	return fmt.Sprintf("%d in %vs", *limit, *period)
}

func scheduleMembers(s client.WorkflowSchedule) any {
	return declare.Members{
		{Key: "name", Value: s.ScheduleName}, {Key: "status", Value: string(s.Status)}, {Key: "schedule", Value: s.Schedule},
		{Key: "timezone", Value: present(s.CronTimezone)}, {Key: "workflow", Value: s.WorkflowName}, {Key: "class", Value: present(s.WorkflowClassName)},
		{Key: "queue", Value: s.QueueName}, {Key: "last_fired", Value: optional(s.LastFiredAt)},
	}
}

func versionMembers(info *client.Info) func(client.VersionInfo) any {
	return func(v client.VersionInfo) any {
		return declare.Members{
			{Key: "name", Value: v.Name}, {Key: "latest", Value: v.ID == info.Versions[0].ID},
			{Key: "registered", Value: time.UnixMilli(v.CreatedAt).UTC()},
		}
	}
}
