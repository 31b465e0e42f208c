package params

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// WantsHelp returns true if the command line asks for the usage text.
func (s *Set) WantsHelp(words []string) bool {
	if slices.Contains(words, "--help") {
		return true
	}
	h := slices.ContainsFunc(s.Parameters, func(p *Parameter) bool { return p.Short == "h" })
	return !h && slices.Contains(words, "-h")
}

// Usage returns the text of --help: the summary, the usage line and the parameters. command is how
// the user starts the script, such as "dbos-script run x.lua".
func (s *Set) Usage(command string) string {
	var b strings.Builder
	if s.Summary != "" {
		fmt.Fprintf(&b, "%s\n\n", s.Summary)
	}
	fmt.Fprintf(&b, "Usage: %s%s [parameters]\n\nParameters:\n", command, s.placeholder())
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, p := range s.Parameters {
		fmt.Fprintf(w, "  %s\t%s\n", p.signature(), p.manual())
	}
	fmt.Fprintf(w, "  --help\tlists the parameters\n")
	w.Flush()
	if needs := s.Needs.Flags(); len(needs) > 0 {
		fmt.Fprintf(&b, "\nNeeds, which a person approves once for each text of the script:\n  %s\n", strings.Join(needs, "\n  "))
	}
	if taken := s.takenFlags(); len(taken) > 0 {
		fmt.Fprintf(&b, "\ndbos-script has flags of its own named %s: write -- before the script's, as in\n%s -- %s\n",
			strings.Join(taken, ", "), command, s.find(strings.TrimPrefix(taken[0], "--")).signature())
	}
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// takenFlags returns the flags that reach the script only after --, because dbos-script has a flag
// of the same name.
func (s *Set) takenFlags() (flags []string) {
	for _, p := range s.Parameters {
		if s.isTaken(p) {
			flags = append(flags, p.flag())
		}
	}
	return flags
}

func (s *Set) isTaken(p *Parameter) bool { return slices.Contains(s.Taken, p.flag()) }

// label returns the name of the parameter in messages: its flag, or for the words that are no flags
// its name in capitals.
func (p *Parameter) label() string {
	if p.Rest {
		return strings.ToUpper(p.Name)
	}
	return p.flag()
}

// placeholder returns the part of the usage line for words that are no flags, such as " [ID…]", or
// "" if the script takes none.
func (s *Set) placeholder() string {
	p := s.rest()
	switch {
	case p == nil:
		return ""
	case p.Type == "list" && p.Required:
		return " " + p.label() + "…"
	case p.Type == "list":
		return " [" + p.label() + "…]"
	case p.Required:
		return " " + p.label()
	}
	return " [" + p.label() + "]"
}

// signature returns how a parameter is written: "-n, --name TEXT".
func (p *Parameter) signature() string {
	if p.Rest {
		return p.label()
	}
	text := p.flag()
	if p.Short != "" {
		text = "-" + p.Short + ", " + text
	}
	if placeholder := placeholder(p.Type); placeholder != "" {
		text += " " + placeholder
	}
	return text
}

// manual returns the parameter's doc, followed by the rules for its values in parentheses.
func (p *Parameter) manual() string {
	var notes []string
	if len(p.Values) > 0 {
		notes = append(notes, "one of "+strings.Join(p.Values, ", "))
	}
	if p.Min != nil && p.Max != nil {
		notes = append(notes, fmt.Sprintf("%v to %v", *p.Min, *p.Max))
	} else if p.Min != nil {
		notes = append(notes, fmt.Sprintf("at least %v", *p.Min))
	} else if p.Max != nil {
		notes = append(notes, fmt.Sprintf("at most %v", *p.Max))
	}
	if p.Required {
		notes = append(notes, "required")
	}
	if p.Default != nil {
		initial := fmt.Sprint(p.Default)
		if list, ok := texts(p.Default); ok {
			initial = strings.Join(list, ",")
		}
		notes = append(notes, "default "+initial)
	}
	switch {
	case len(notes) == 0:
		return p.Doc
	case p.Doc == "":
		return strings.Join(notes, "; ")
	}
	return p.Doc + " (" + strings.Join(notes, "; ") + ")"
}
