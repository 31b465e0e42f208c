package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/run/profile"
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
	return a.settle(cmd.Flags())
}

// settle completes the flags that were given, and does what they ask for before a command begins.
func (a *app) settle(flags *pflag.FlagSet) error {
	err := a.applyProfile(flags)
	a.openLog()
	return err
}

// applyProfile sets flags that were not given to the values of the profile.
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
	if err := a.checkFile(found); err != nil {
		return err
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

// writtenPassword is one that stands in a URL itself, and not in a variable.
var writtenPassword = regexp.MustCompile(`://[^/@:]*:[^@$]|(?i)password\s*=\s*[^$\s]`)

// checkFile refuses a file that everybody may write, for who does chooses the database and the
// grants; it warns of a password that everybody may read.
func (a *app) checkFile(p profile.Profile) error {
	info, err := os.Stat(p.File)
	if err != nil || runtime.GOOS == "windows" {
		return nil
	}
	const othersRead = 0o004
	mode := info.Mode().Perm()
	if err := everybodyMayWrite(p.File, "choose the database"); err != nil {
		return err
	}
	if mode&othersRead != 0 && p.URL != nil && writtenPassword.MatchString(*p.URL) {
		fmt.Fprintf(a.err, "dbos-script: everybody may read %s, in which the profile %q has a password: chmod o-r it, or write ${VARIABLE}\n", p.File, p.Name)
	}
	return nil
}

// everybodyMayWrite returns an error if everybody may write a file, and so could do something.
func everybodyMayWrite(path, something string) error {
	const othersWrite = 0o002
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&othersWrite == 0 {
		return nil
	}
	return &usageError{message: fmt.Sprintf("everybody may write %s, so anybody could %s", path, something), hint: "chmod o-w " + path}
}

func profileFiles() []string {
	folder, err := os.Getwd()
	if err != nil {
		folder = "."
	}
	config, _ := os.UserConfigDir()
	return profile.Files(folder, config)
}
