package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
)

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

// reportInit writes to standard error which of the tables were made, and which existed.
func (a *app) reportInit(shown string, info *client.Info, runs bool) {
	switch {
	case info.Created:
		fmt.Fprintf(a.err, "dbos-script: made %s, a system database at schema version %d\n", shown, info.Version)
	case info.CreatedRuns, info.CompletedRuns:
		fmt.Fprintf(a.err, "dbos-script: %s is a system database already, at schema version %d\n", shown, info.Version)
	default:
		fmt.Fprintf(a.err, "dbos-script: %s is a system database already, at schema version %d: nothing was changed\n", shown, info.Version)
	}
	switch {
	case info.CreatedRuns:
		fmt.Fprintf(a.err, "dbos-script: made the tables for durable runs: %s\n", strings.Join(list(info.RunTables, func(t client.RunTable) string { return t.Name }), ", "))
	case info.CompletedRuns:
		fmt.Fprintf(a.err, "dbos-script: added the column to the tables for durable runs that they lacked\n")
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

// listed returns the versions as an error names them: "125 or 107".
func listed(versions []int) string {
	words := make([]string, len(versions))
	for i, version := range versions {
		words[i] = strconv.Itoa(version)
	}
	return strings.Join(words, " or ")
}
