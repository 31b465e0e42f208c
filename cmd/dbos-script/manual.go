package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/declare/reference"
	"github.com/dbos-script/dbos-script/runtime/run"
)

func (a *app) docCommand() *cobra.Command {
	var format, folder string
	cmd := &cobra.Command{
		Use:   "doc [NAME]",
		Short: "Print the manual of a function, a class or a module, or of all",
		Long:  "Prints the manual of a function, a class or a module, or lists them all. On a terminal a text longer than the window is shown with $PAGER.",
		Example: "  dbos-script doc dbos.resume_workflows\n" +
			"  dbos-script doc --format luacats > dbos.lua",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: topicNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			if folder != "" {
				return writePages(format, folder)
			}
			text, err := manual(format, args)
			if err != nil {
				return usage(cmd, err)
			}
			return a.page([]byte(strings.TrimRight(text, "\n") + "\n"))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown or luacats")
	cmd.Flags().StringVar(&folder, "dir", "", "write everything into this folder, a file for each module")
	return cmd
}

// declarations returns all modules, including the modules of tests, for reading only.
func declarations() *declare.Registry {
	return declare.NewRegistry(append(run.Modules(), run.TestModules()...)...)
}

// A rendering is how a format writes everything, and one thing.
type rendering struct {
	all func(*declare.Registry) string
	one func(*declare.Registry, declare.Topic) string
}

func renderings() map[string]rendering {
	return map[string]rendering{
		"text":     {reference.Contents, reference.Text},
		"markdown": {pages, reference.MarkdownOf},
		"luacats":  {reference.LuaCATS, reference.LuaCATSOf},
	}
}

// manual renders one topic, or everything.
func manual(format string, names []string) (string, error) {
	render, known := renderings()[format]
	if !known {
		return "", fmt.Errorf("no format %q: it is text, markdown or luacats", format)
	}
	registry := declarations()
	if len(names) == 0 {
		return render.all(registry), nil
	}
	topic, err := reference.Find(registry, names[0])
	if err != nil {
		return "", &usageError{message: err.Error(), hint: "`dbos-script doc` lists all names"}
	}
	return render.one(registry, topic), nil
}

// pages joins the pages of all modules.
func pages(registry *declare.Registry) string {
	byName := reference.Markdown(registry)
	var all []string
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, byName[name])
	}
	return strings.Join(all, "\n")
}

// writePages writes the pages or the types of all modules into a folder.
func writePages(format, folder string) error {
	render, known := map[string]func(*declare.Registry) map[string]string{
		"markdown": reference.Markdown, "luacats": reference.LuaCATSFiles,
	}[format]
	if !known {
		return &usageError{message: "--dir goes with --format markdown or luacats"}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, page := range render(declarations()) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(page), 0o644); err != nil {
			return err
		}
	}
	return nil
}
