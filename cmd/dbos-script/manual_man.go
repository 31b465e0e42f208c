package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

func (a *app) manCommand() *cobra.Command {
	var folder string
	cmd := &cobra.Command{
		Use:   "man",
		Short: "Write the manual pages of the command",
		Long:  "Writes the manual page of dbos-script, for man(1), or with --dir the pages of all its commands into a folder, such as share/man/man1.",
		Example: "  dbos-script man | man -l -\n" +
			"  dbos-script man --dir /usr/local/share/man/man1",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true
			header := &doc.GenManHeader{Title: "DBOS-SCRIPT", Section: "1", Source: "dbos-script " + buildVersion(), Manual: "DBOS scripts"}
			if folder == "" {
				return doc.GenMan(root, header, a.out)
			}
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return &usageError{message: err.Error()}
			}
			header.Title = ""
			return doc.GenManTree(root, header, folder)
		},
	}
	cmd.Flags().StringVar(&folder, "dir", "", "write a page for each command into this folder")
	return cmd
}
