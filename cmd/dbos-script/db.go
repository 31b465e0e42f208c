package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func (a *app) dbCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "db",
		Short: "Create a system database, or describe one",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.dbInitCommand(), a.dbInfoCommand())
	return cmd
}

func (a *app) dbInitCommand() *cobra.Command {
	version, runs := schemaVersion(client.SchemaVersions()[0]), false
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make an empty database into a DBOS system database",
		Long: "Creates the database if it is missing, and its tables if it has none. An existing system database stays as it\n" +
			"is: dbos-script never migrates one. With --runs it also makes the tables for durable runs, which no SDK uses. On\n" +
			"Postgres they have a schema of their own, dbos_script, which DROP SCHEMA removes; in a file their names begin with\n" +
			"dbos_script_.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			url, _ := a.options.url()
			config := a.options.config(url)
			config.Create, config.SchemaVersion, config.CreateRuns = true, int(version), runs
			return a.withClient(cmd.Context(), config, func(c client.Client) error {
				info, err := c.Info()
				if err == nil {
					a.reportInit(config.Shown(), info, runs)
				}
				return err
			})
		},
	}
	cmd.Flags().Var(&version, "schema-version", "version of the tables: 125, or 107 for applications on older SDKs")
	cmd.Flags().BoolVar(&runs, "runs", false, "also make the tables for durable runs")
	return cmd
}

// reportInit says what was made, and what existed.
func (a *app) reportInit(shown string, info *client.Info, runs bool) {
	switch {
	case info.Created:
		fmt.Fprintf(a.err, "dbos-script: made %s, a system database at schema version %d\n", shown, info.Version)
	case info.CreatedRuns:
		fmt.Fprintf(a.err, "dbos-script: %s is a system database already, at schema version %d\n", shown, info.Version)
	default:
		fmt.Fprintf(a.err, "dbos-script: %s is a system database already, at schema version %d: nothing was changed\n", shown, info.Version)
	}
	switch {
	case info.CreatedRuns:
		fmt.Fprintf(a.err, "dbos-script: made the tables for durable runs: %s\n", strings.Join(list(info.RunTables, func(t client.RunTable) string { return t.Name }), ", "))
	case runs:
		fmt.Fprintf(a.err, "dbos-script: it has the tables for durable runs already\n")
	}
}

// schemaVersion is a flag that names a version of the tables.
type schemaVersion int

func (v *schemaVersion) String() string { return strconv.Itoa(int(*v)) }

func (v *schemaVersion) Type() string { return "int" }

func (v *schemaVersion) Set(text string) error {
	versions := client.SchemaVersions()
	version, err := strconv.Atoi(text)
	if err != nil || !slices.Contains(versions, version) {
		return fmt.Errorf("a database can be made at schema version %s, not at %q", listed(versions), text)
	}
	*v = schemaVersion(version)
	return nil
}

func listed(versions []int) string {
	words := make([]string, len(versions))
	for i, version := range versions {
		words[i] = strconv.Itoa(version)
	}
	return strings.Join(words, " or ")
}

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

func (a *app) withClient(ctx context.Context, config client.ClientConfig, use func(client.Client) error) error {
	config.Logger = a.logger()
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return err
	}
	defer c.Shutdown(run.Grace)
	return use(c)
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

// printUnreadable writes the repairs whole, which no cell of a table would hold.
func (a *app) printUnreadable(schedules []client.UnreadableSchedule) {
	if len(schedules) == 0 {
		return
	}
	fmt.Fprintf(a.out, "\n%s\n", unreadable)
	for _, s := range schedules {
		fmt.Fprintf(a.out, " %s: %s\n   repair: %s\n", s.ScheduleName, s.Reason, s.Repair)
	}
}

// printInfoDocument writes one document. If no format was asked for, it is indented, because it
// goes to a pager as often as to a program, and programs read that as well.
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

// A section is a heading and a table.
type section struct {
	title string
	empty string
	rows  []any
}

func (a *app) printSection(s section) error {
	fmt.Fprintf(a.out, "\n%s\n", s.title)
	if len(s.rows) == 0 {
		fmt.Fprintf(a.out, " %s\n", s.empty)
		return nil
	}
	return a.printRows(a.out, telling(s.rows))
}

// telling leaves out the columns that have nothing in any row, and "registered" if all queues are.
func telling(rows []any) []any {
	told := map[string]bool{}
	for _, row := range rows {
		for _, member := range row.(declare.Members) {
			tells := member.Value != nil && member.Value != false
			told[member.Key] = told[member.Key] || tells != (member.Key == "registered")
		}
	}
	return list(rows, func(row any) any {
		return slices.DeleteFunc(slices.Clone(row.(declare.Members)), func(m declare.Member) bool { return !told[m.Key] })
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

// nonzero returns nil for 0, which leaves a column out if all rows have it.
func nonzero(n int64) any {
	if n == 0 {
		return nil
	}
	return n
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

// present is nil for a text that is not there.
func present(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func versionMembers(info *client.Info) func(client.VersionInfo) any {
	return func(v client.VersionInfo) any {
		return declare.Members{
			{Key: "name", Value: v.Name}, {Key: "latest", Value: v.ID == info.Versions[0].ID},
			{Key: "registered", Value: time.UnixMilli(v.CreatedAt).UTC()},
		}
	}
}

// optional is nil where something is not set: a typed nil would be a value.
func optional[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

func list[T, R any](items []T, convert func(T) R) []R {
	out := make([]R, len(items))
	for i, item := range items {
		out[i] = convert(item)
	}
	return out
}
