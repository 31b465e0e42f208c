package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

func (a *app) runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run FILE [parameters]",
		Short: "Run a script",
		Long: "Runs a script. What follows FILE are the script's own parameters, which `dbos-script run FILE --help` lists;\n" +
			"flags of dbos-script may stand there too, unless a -- comes before them. `run` may be left out before a FILE that ends in\n" +
			".lua. A script that begins with #!/usr/bin/env -S dbos-script run is a command by itself, once it is executable.",
		Example:           "  dbos-script run bulk_resume.lua --since 6h --batch 100",
		ValidArgsFunction: scriptAndParameters,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(cmd, errors.New("which script? write dbos-script run FILE"))
			}
			rest, err := splitScript(cmd.Flags(), args[1:])
			if err != nil {
				return usage(cmd, err)
			}
			if err := a.applyProfile(cmd.Flags()); err != nil {
				return err
			}
			return a.runFile(cmd.Context(), args[0], rest)
		},
		Annotations: map[string]string{lateFlags: "run"},
	}
	// The flags after FILE are the script's, except those that splitScript recognises.
	cmd.Flags().SetInterspersed(false)
	return cmd
}

func (a *app) runFile(ctx context.Context, path string, args []string) error {
	if err := checkScript(path); err != nil {
		return err
	}
	return a.session(ctx, path, args, func(h *host) error {
		_, err := h.vm.RunFile(h.ctx, path, words(args)...)
		return err
	})
}

func (a *app) runChunk(ctx context.Context, chunk string, args []string) error {
	if strings.TrimSpace(chunk) == "" {
		return &usageError{message: "-e: there is nothing to run", hint: "write a piece of Lua: dbos-script -e 'print(1)'"}
	}
	return a.session(ctx, "-e", args, func(h *host) error {
		h.run.SHA256 = hash([]byte(chunk))
		_, err := h.vm.RunString(h.ctx, "-e", chunk, words(args)...)
		return err
	})
}

// session runs something in a fresh state, and ends it: what was emitted is written, connections
// are closed.
func (a *app) session(ctx context.Context, script string, args []string, run func(*host) error) error {
	h, err := a.newHost(ctx, script, args)
	if err != nil {
		return err
	}
	return h.end(run(h))
}

// checkScript names the scripts that are there when one is not.
func checkScript(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &usageError{message: fmt.Sprintf("there is no script %s%s", path, spec.DidYouMean(path, scriptsBeside(path)))}
	case err != nil:
		return &usageError{message: err.Error()}
	case info.IsDir():
		return &usageError{message: fmt.Sprintf("%s is a folder, not a script%s", path, spec.DidYouMean(path, scriptsBeside(filepath.Join(path, "x"))))}
	}
	return nil
}

func scriptsBeside(path string) []string {
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.lua"))
	return found
}
