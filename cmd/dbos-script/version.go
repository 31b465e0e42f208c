package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when a release is built.
var version = ""

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return a.writeVersion() },
	}
}

// writeVersion writes a line, or an object with --output json.
func (a *app) writeVersion() error {
	if a.options.output != "" {
		if _, err := a.format(); err != nil {
			return &usageError{message: err.Error()}
		}
	}
	if a.options.output != "json" && a.options.output != "ndjson" {
		_, err := fmt.Fprintln(a.out, "dbos-script", buildVersion())
		return err
	}
	return json.NewEncoder(a.out).Encode(struct {
		Version string `json:"version"`
		Go      string `json:"go"`
		System  string `json:"system"`
	}{buildVersion(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
}

func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
