package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// splitScript divides the words after a script's name. Flags of the command are recognised
// anywhere; other words belong to the script. After "--", all words do.
func splitScript(flags *pflag.FlagSet, words []string) (rest []string, err error) {
	for len(words) > 0 {
		word := words[0]
		if word == "--" {
			return append(rest, words[1:]...), nil
		}
		taken, err := takeFlag(flags, words)
		if err != nil {
			return nil, err
		}
		if taken == 0 {
			rest, taken = append(rest, word), 1
		}
		words = words[taken:]
	}
	return rest, nil
}

// withRun puts run before a script that stands in the place of a command: the first word that is
// no flag, if it ends in .lua, is the path of a file or a pipe, or is "-".
func withRun(root *cobra.Command, words []string) []string {
	flags := root.PersistentFlags()
	for i := 0; i < len(words); i++ {
		name, long := strings.CutPrefix(words[i], "--")
		switch {
		case words[i] == "-e" || name == "" || name == "execute" || strings.HasPrefix(name, "execute="):
			return words
		case long:
			if flag := flags.Lookup(name); flag != nil && flag.NoOptDefVal == "" {
				i++ // the value of the flag
			}
		case strings.HasPrefix(words[i], "-") && words[i] != standardInput:
		case isScript(words[i]):
			return slices.Concat(words[:i], []string{"run"}, words[i:])
		default:
			return words
		}
	}
	return words
}

func isScript(word string) bool {
	info, err := os.Stat(word)
	file := err == nil && !info.IsDir()
	return strings.HasSuffix(word, ".lua") || word == standardInput || file && strings.ContainsRune(word, '/')
}

// takeFlag sets the flag with which the words begin. It returns the number of words used, which
// is 0 if it is no flag of the command.
func takeFlag(flags *pflag.FlagSet, words []string) (int, error) {
	name, long := strings.CutPrefix(words[0], "--")
	if !long {
		return 0, nil
	}
	name, value, inline := strings.Cut(name, "=")
	flag := flags.Lookup(name)
	switch {
	case flag == nil || name == "help":
		return 0, nil
	case inline:
		return 1, setFlag(flags, name, value)
	case flag.NoOptDefVal != "":
		return 1, flags.Set(name, flag.NoOptDefVal)
	case len(words) == 1:
		return 0, &usageError{message: "flag needs an argument: --" + name}
	}
	return 2, setFlag(flags, name, words[1])
}

// setFlag returns an error that also serves somebody who meant a parameter of the script.
func setFlag(flags *pflag.FlagSet, name, value string) error {
	err := flags.Set(name, value)
	if err == nil {
		return nil
	}
	if name == "tz" { // a mistaken zone has its own advice, and a command has no parameters behind --
		return &usageError{message: err.Error(), hint: "a zone is a name such as Europe/Berlin, or UTC or local"}
	}
	return &usageError{message: err.Error(), hint: fmt.Sprintf("--%s is a flag of dbos-script; a parameter of the script with that name goes behind --, as in -- --%[1]s %s", name, value)}
}
