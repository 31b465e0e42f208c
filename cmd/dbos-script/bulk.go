package main

import "github.com/spf13/cobra"

// bulkCommand controls the bulk runs of a database. Each of its commands is a runbook.
func (a *app) bulkCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "bulk",
		Short: "List, pause, stop and continue bulk runs",
		Long: "A bulk run is one change of many workflows, in batches: `dbos.bulk(filter):rerun{}` in a script. Its batches and their outcomes are in the\n" +
			"database, so other processes can list, pause, stop and continue it. `db init --runs` makes the tables.",
		Example: "  dbos-script bulk list\n  dbos-script bulk pause ID\n  dbos-script bulk rate ID 20\n  dbos-script bulk resume ID --continue",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(a.runbookCommands("bulk")...)
	return cmd
}
