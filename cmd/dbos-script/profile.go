package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/profile"
)

// environmentProfile names the profile when no flag does.
const environmentProfile = "DBOS_SCRIPT_PROFILE"

// lateFlags marks a command that reads flags of ours after its own arguments, and then applies the
// profile itself.
const lateFlags = "late flags"

// beforeCommand runs once the flags are read.
func (a *app) beforeCommand(cmd *cobra.Command, _ []string) error {
	if cmd.Annotations[lateFlags] != "" {
		return nil
	}
	return a.applyProfile(cmd.Flags())
}

// applyProfile sets the flags that were not given to what the profile says.
func (a *app) applyProfile(flags *pflag.FlagSet) error {
	name := a.options.profile
	if name == "" {
		name = os.Getenv(environmentProfile)
	}
	if name == "" {
		return nil
	}
	found, err := profile.Find(name, profileFiles())
	if err != nil {
		return &usageError{message: err.Error()}
	}
	for _, warning := range found.Warnings {
		fmt.Fprintln(a.err, "dbos-script: warning:", warning)
	}
	settings, err := found.Settings(os.LookupEnv)
	if err != nil {
		return &usageError{message: err.Error()}
	}
	given := map[string]bool{}
	flags.Visit(func(f *pflag.Flag) { given[f.Name] = true })
	for _, s := range settings {
		if given[s.Flag] {
			continue
		}
		if err := flags.Set(s.Flag, s.Value); err != nil {
			return &usageError{message: found.Wrong(s.Flag, err).Error()}
		}
	}
	a.profile = found
	return nil
}

func profileFiles() []string {
	folder, err := os.Getwd()
	if err != nil {
		folder = "."
	}
	config, _ := os.UserConfigDir()
	return profile.Files(folder, config)
}
