package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// The widths of a help text: that of the terminal between two bounds, and one where no terminal is.
const (
	plainWidth    = 80
	narrowestHelp = 40
	widestHelp    = 120
)

// helpWidth is the width of a help text on standard output.
func (a *app) helpWidth() int {
	width := a.width()
	if width == 0 {
		return plainWidth
	}
	return min(max(width, narrowestHelp), widestHelp)
}

// relevant returns the flags of all commands that the help of a command lists. A command that runs
// scripts takes all of them, and lists the most needed.
func relevant(command string) []string {
	switch command {
	case "run", "repl":
		return []string{"db", "profile", "dry-run", "read-only", "timeout", "output", "reason", "yes"}
	case "serve":
		return append(relevant("run"), "log-format")
	case "test":
		return append([]string{"max-memory", "max-output", "strict", "timeout", "verbose"}, allowances()...)
	case "demo":
		return []string{"db", "schema", "profile", "verbose"}
	case "version":
		return []string{"output"}
	case "doc", "man", "init", "completion", "help":
		return []string{}
	case "check":
		return []string{"output"}
	case "db":
		return []string{"db", "schema", "profile", "output", "timeout", "verbose"}
	case "bulk":
		return []string{"db", "schema", "profile", "output"}
	case "runs":
		return []string{"audit", "profile", "output"}
	}
	return []string{}
}

// allowances are the flags that open something to a script.
func allowances() []string {
	return []string{"allow-db", "allow-env", "allow-exec", "allow-net", "allow-read", "allow-write"}
}

// help writes how a command is used.
func (a *app) help(cmd *cobra.Command, _ []string) {
	width := a.helpWidth()
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(a.out, "%s\n", wrapped(text, width))
	fmt.Fprintf(a.out, "\nUsage:\n")
	if cmd.Runnable() {
		fmt.Fprintf(a.out, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(a.out, "  %s [command]\n", cmd.CommandPath())
	}
	if cmd.HasExample() {
		fmt.Fprintf(a.out, "\nExamples:\n%s\n", cmd.Example)
	}
	writeCommands(a.out, cmd, width)
	writeFlags(a.out, cmd, width)
}

func writeCommands(w io.Writer, cmd *cobra.Command, width int) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	fmt.Fprint(w, "\nCommands:\n")
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			name := fmt.Sprintf("  %-*s ", sub.NamePadding(), sub.Name())
			fmt.Fprintln(w, name+hanging(sub.Short, width, len(name)))
		}
	}
	fmt.Fprintf(w, "\n`%s COMMAND --help` explains one.\n", cmd.CommandPath())
}

func writeFlags(w io.Writer, cmd *cobra.Command, width int) {
	if flags := cmd.LocalFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(w, "\nFlags:\n%s", flags.FlagUsagesWrapped(width))
	}
	inherited := cmd.InheritedFlags()
	if !inherited.HasAvailableFlags() {
		return
	}
	shown := pflag.NewFlagSet("shown", pflag.ContinueOnError)
	all := relevant(topName(cmd))
	inherited.VisitAll(func(f *pflag.Flag) {
		if slices.Contains(all, f.Name) {
			shown.AddFlag(f)
		}
	})
	if shown.HasAvailableFlags() {
		fmt.Fprintf(w, "\nGlobal Flags:\n%s", shown.FlagUsagesWrapped(width))
	}
	fmt.Fprintf(w, "\n%s\n", wrapped(allFlags(cmd), width))
}

// allFlags says where the flags are listed that a help leaves out.
func allFlags(cmd *cobra.Command) string {
	root := cmd.Root().Name()
	switch topName(cmd) {
	case "run", "serve", "repl":
		return fmt.Sprintf("`%s --help` lists the other flags: limits, what a script may open, the audit log.", root)
	}
	return fmt.Sprintf("`%s --help` lists the flags of the commands that run scripts.", root)
}

// topName is the name of the command below the root that a command belongs to.
func topName(cmd *cobra.Command) string {
	for cmd.HasParent() && cmd.Parent().HasParent() {
		cmd = cmd.Parent()
	}
	return cmd.Name()
}

// wrapped breaks the paragraphs of a text between words. Lines that begin with a blank stay as
// they are.
func wrapped(text string, width int) string {
	var lines []string
	paragraph := ""
	end := func() {
		if paragraph != "" {
			lines = append(lines, hanging(paragraph, width, 0))
		}
		paragraph = ""
	}
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case line == "" || line[0] == ' ':
			end()
			lines = append(lines, line)
		case paragraph == "":
			paragraph = line
		default:
			paragraph += " " + line
		}
	}
	end()
	return strings.Join(lines, "\n")
}

// hanging breaks a text between words; its other lines are indented, and the first one has that
// much before it.
func hanging(text string, width, indent int) string {
	line := strings.Repeat(" ", indent) + strings.Join(strings.Fields(text), " ")
	return terminal.Wrap(line, width, indent)[indent:]
}
