package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/lua/check"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// The shell calls these functions at each Tab, through the scripts of `dbos-script completion`.
// They run no script. Runbook commands read names and ids from the database.

// complete registers the completion of flag values.
func complete(root *cobra.Command) {
	values(root, "profile", func() []string { return profile.Names(profileFiles()) })
	values(root, "log-format", func() []string { return []string{logText, logJSON} })
	values(root, "output", func() []string { return render.Formats })
	values(subcommand(root, "doc"), "format", func() []string { return []string{"text", "markdown", "luacats"} })
	values(subcommand(root, "test"), "format", func() []string { return []string{"report", "tap", "junit"} })
	for _, flag := range []string{"allow-read", "allow-write"} {
		_ = root.MarkPersistentFlagDirname(flag)
	}
}

func subcommand(root *cobra.Command, name string) *cobra.Command {
	for _, cmd := range root.Commands() {
		if cmd.Name() == name {
			return cmd
		}
	}
	return root
}

// values offers words for a flag; one that a command does not have is not offered.
func values(cmd *cobra.Command, flag string, words func() []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp
	})
}

func scriptFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"lua"}, cobra.ShellCompDirectiveFilterFileExt
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// scriptAndParameters offers scripts, and after a script its parameters.
func scriptAndParameters(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return scriptFiles(cmd, args, word)
	}
	source, err := readScriptFile(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return parameterWords(args[0], string(source), args[1:], word)
}

// parameterWords offers the parameters of a script, or the allowed values of the one before the
// cursor.
func parameterWords(name, source string, args []string, word string) ([]string, cobra.ShellCompDirective) {
	parameters := newCheckers().scripts.Parameters(name, source)
	if len(args) > 0 {
		if allowed := valuesOf(parameters, args[len(args)-1]); allowed != nil {
			return allowed, cobra.ShellCompDirectiveNoFileComp
		}
	}
	var words []string
	for _, p := range parameters {
		if strings.HasPrefix(flagOf(p), word) {
			words = append(words, cobra.CompletionWithDesc(flagOf(p), p.Doc))
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

func flagOf(p check.Parameter) string { return "--" + strings.ReplaceAll(p.Name, "_", "-") }

// valuesOf returns the allowed values of the parameter before the cursor, if it is limited to
// some.
func valuesOf(parameters []check.Parameter, flag string) []string {
	if p := parameterOf(parameters, flag); p != nil {
		return p.Values
	}
	return nil
}

// parameterOf returns the parameter of a flag, which may be its short one, or nil if there is none.
func parameterOf(parameters []check.Parameter, flag string) *check.Parameter {
	for i, p := range parameters {
		if flag == flagOf(p) || p.Short != "" && flag == "-"+p.Short {
			return &parameters[i]
		}
	}
	return nil
}

// topicNames are the names of everything that has a manual.
func topicNames(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, topic := range declarations().Topics() {
			if strings.HasPrefix(topic.Name, word) {
				names = append(names, topic.Name)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
