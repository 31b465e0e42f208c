package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// shortName is the name of a link to the command, which `make install` makes. Texts of the command
// have its full name, which is there with and without the link.
const shortName = "dbs"

// completionScripts has `completion` write scripts that complete the short name too, and for bash
// one that works without the package bash-completion.
func completionScripts(root *cobra.Command, out io.Writer) {
	root.InitDefaultCompletionCmd()
	completion := subcommand(root, "completion")
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return usage(cmd, fmt.Errorf("no completion for the shell %q%s", args[0], declare.DidYouMean(args[0], []string{"bash", "zsh", "fish", "powershell"})))
	}
	for _, shell := range completion.Commands() {
		shell.RunE = func(cmd *cobra.Command, _ []string) error {
			withoutDescriptions, _ := cmd.Flags().GetBool("no-descriptions")
			_, err := io.WriteString(out, completionScript(root, cmd.Name(), !withoutDescriptions))
			return err
		}
	}
}

// completionScript returns the script of a shell.
func completionScript(root *cobra.Command, shell string, descriptions bool) string {
	var script bytes.Buffer // which has room for every write
	name := root.Name()
	switch shell {
	case "bash":
		script.WriteString(bashFallback)
		_ = root.GenBashCompletionV2(&script, descriptions)
		return both(script.String(), "_"+name+" "+name+"\n", "_"+name+" "+name+" "+shortName+"\n")
	case "zsh":
		generate := root.GenZshCompletion
		if !descriptions {
			generate = root.GenZshCompletionNoDesc
		}
		_ = generate(&script)
		return both(script.String(), "compdef _"+name+" "+name+"\n", "compdef _"+name+" "+name+" "+shortName+"\n", "#compdef "+name+"\n", "#compdef "+name+" "+shortName+"\n")
	case "fish":
		_ = root.GenFishCompletion(&script, descriptions)
		return script.String() + "\ncomplete -c " + shortName + " -w " + name + "\n"
	default:
		generate := root.GenPowerShellCompletionWithDesc
		if !descriptions {
			generate = root.GenPowerShellCompletion
		}
		_ = generate(&script)
		return both(script.String(), "-CommandName '"+name+"'", "-CommandName '"+name+"', '"+shortName+"'")
	}
}

// both returns a script in which the pieces that register the name register both names.
func both(script string, oldnew ...string) string {
	return strings.NewReplacer(oldnew...).Replace(script)
}

// bashFallback defines functions that cobra's script needs, for shells without bash-completion.
const bashFallback = `# Without the package bash-completion these take its place.
if ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        local line=${COMP_LINE:0:COMP_POINT}
        read -ra words <<<"$line"
        [[ $line == *[[:space:]] ]] && words+=("")
        cword=$((${#words[@]} - 1))
        cur=${words[cword]}
        prev=${words[cword > 0 ? cword - 1 : 0]}
    }
fi
if ! declare -F __ltrim_colon_completions >/dev/null; then
    __ltrim_colon_completions() {
        if [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]]; then
            local head=${1%"${1##*:}"}
            COMPREPLY=("${COMPREPLY[@]#"$head"}")
        fi
    }
fi
if ! declare -F _filedir >/dev/null; then
    _filedir() {
        local IFS=$'\n' kind=-f
        [[ $1 == -d ]] && kind=-d
        COMPREPLY+=($(compgen "$kind" -- "$cur"))
        compopt -o filenames 2>/dev/null
    }
fi
`
