package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
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

func (a *app) withClient(ctx context.Context, config client.ClientConfig, use func(client.Client) error) error {
	config.Logger = a.logger()
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return err
	}
	defer c.Shutdown(run.Grace)
	return use(c)
}

// The functions below return nil for values that are not set, because nil is not shown.

// present returns nil for an empty text.
func present(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// nonzero returns nil for 0.
func nonzero(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// optional returns the value at a pointer, or nil if the pointer is nil, because a nil *T in an any
// is not equal to nil.
func optional[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

// list converts the items of a list.
func list[T, R any](items []T, convert func(T) R) []R {
	out := make([]R, len(items))
	for i, item := range items {
		out[i] = convert(item)
	}
	return out
}
