package main

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
)

const (
	// completionTime is the longest time of a completion, because a person waits for it.
	completionTime = 200 * time.Millisecond
	// completionRows is the number of newest workflows from which words are offered.
	completionRows = 200
	// completionIDs is the number of newest ids that are offered.
	completionIDs = 20
)

// A completer reads words from the database.
type completer struct {
	client.Client
	command string
	word    string // that is being completed
}

// runbookWords offers parameters of a runbook and their values; names and ids come from the
// database, if it answers in time.
func (a *app) runbookWords(cmd *cobra.Command, name, text string, args []string, word string) ([]string, cobra.ShellCompDirective) {
	words, directive := parameterWords(name, text, args, word)
	wanted := "ids"
	if last := len(args) - 1; last >= 0 && strings.HasPrefix(args[last], "-") {
		wanted = strings.TrimPrefix(args[last], "--")
		if p := parameterOf(newCheckers().scripts.Parameters(name, text), args[last]); p != nil {
			wanted = strings.TrimPrefix(flagOf(*p), "--")
			if p.Type == "boolean" {
				wanted = "ids"
			}
		}
	}
	if strings.HasPrefix(word, "-") || !isCompleted(wanted) {
		return words, directive
	}
	flags := cmd.Root().PersistentFlags()
	if _, err := splitScript(flags, args); err != nil || a.applyProfile(flags) != nil {
		return words, directive
	}
	found := a.fromDatabase(cmd.Context(), name, wanted, word)
	if len(found) == 0 {
		return words, directive
	}
	return found, directive
}

// isCompleted returns true if the database has the values of a parameter.
func isCompleted(parameter string) bool {
	return slices.Contains([]string{"ids", "name", "queue", "to-queue", "version", "to-version", "executor", "prefix"}, parameter)
}

// fromDatabase returns the words that begin as the word before the cursor, or nothing if the
// database does not answer in time.
func (a *app) fromDatabase(ctx context.Context, command, wanted, word string) []string {
	url, embedded := a.options.url()
	if embedded {
		if _, err := os.Stat(embeddedFile); err != nil {
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	found := make(chan []string, 1)
	go func() {
		config := a.options.config(url)
		config.ReadOnly, config.Logger = true, slog.New(slog.DiscardHandler)
		c, err := client.NewClient(ctx, config)
		if err != nil {
			found <- nil
			return
		}
		words := completer{c.WithContext(ctx), command, word}.words(wanted)
		found <- words
		c.Shutdown(0)
	}()
	select {
	case words := <-found:
		return words
	case <-ctx.Done():
		return nil
	}
}

// words returns the values of a parameter, sorted, or if they are ids the newest first.
func (c completer) words(wanted string) []string {
	switch {
	case wanted == "continue":
		return c.ids(client.WithApplicationName(durable.Application), client.WithStatus(unfinishedStates()))
	case wanted == "ids" && c.command == "schedules":
		return c.begin(c.schedules())
	case wanted == "ids" && c.command == "queues", wanted == "queue", wanted == "to-queue":
		return c.begin(append(c.queues(), c.newest(func(wf client.WorkflowStatus) string { return wf.QueueName })...))
	case wanted == "name", wanted == "ids" && c.command == "enqueue":
		return c.begin(c.newest(func(wf client.WorkflowStatus) string { return wf.Name }))
	case wanted == "version", wanted == "to-version":
		return c.begin(append(c.versions(), c.newest(func(wf client.WorkflowStatus) string { return wf.ApplicationVersion })...))
	case wanted == "executor":
		return c.begin(c.newest(func(wf client.WorkflowStatus) string { return wf.ExecutorID }))
	case wanted == "ids" && !slices.Contains([]string{"executors", "versions", "count", "failures", "top", "recover", "prune", "import", "undo"}, c.command), wanted == "prefix":
		return c.ids()
	}
	return nil
}

// begin returns the words that begin as the word before the cursor, each once.
func (c completer) begin(words []string) []string {
	words = slices.DeleteFunc(words, func(word string) bool { return word == "" || !strings.HasPrefix(word, c.word) })
	slices.Sort(words)
	return slices.Compact(words)
}

func (c completer) newest(value func(client.WorkflowStatus) string) (words []string) {
	rows, _ := c.ListWorkflows(client.WithSortDesc(), client.WithLimit(completionRows), client.WithLoadInput(false), client.WithLoadOutput(false))
	for _, wf := range rows {
		words = append(words, value(wf))
	}
	return words
}

// unfinishedStates are the states of a run that --continue goes on with.
func unfinishedStates() []client.WorkflowStatusType {
	return []client.WorkflowStatusType{client.WorkflowStatusEnqueued, client.WorkflowStatusPending, client.WorkflowStatusDelayed}
}

func (c completer) ids(options ...client.ListWorkflowsOption) (words []string) {
	options = append(options, client.WithSortDesc(), client.WithLimit(completionIDs), client.WithLoadInput(false), client.WithLoadOutput(false))
	if c.word != "" {
		options = append(options, client.WithWorkflowIDPrefix(c.word))
	}
	rows, _ := c.ListWorkflows(options...)
	for _, wf := range rows {
		words = append(words, cobra.CompletionWithDesc(wf.ID, wf.Name+" "+string(wf.Status)))
	}
	return words
}

func (c completer) queues() (words []string) {
	list, _ := c.ListQueues()
	for _, q := range list {
		words = append(words, q.Name)
	}
	return words
}

func (c completer) schedules() (words []string) {
	list, _ := c.ListSchedules()
	for _, s := range list {
		words = append(words, s.ScheduleName)
	}
	return words
}

func (c completer) versions() (words []string) {
	list, _ := c.ListApplicationVersions()
	for _, v := range list {
		words = append(words, v.Name)
	}
	return words
}
