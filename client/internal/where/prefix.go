package where

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Prefixes adds the condition that a column begins with one of the values.
func (f *Filter) Prefixes(column string, values []string) {
	kept := WithoutEmpty(values)
	switch {
	case values != nil && len(values) == 0:
		f.Nothing = true
	case len(kept) > 0:
		f.Add(fmt.Sprintf("{prefix ws.%s :prefixes}", column))
		f.Args["prefixes"] = kept
	}
}

// PrefixRanges adds the condition that an id is in the range of one of the prefixes, so that the
// primary key leads to the rows. The ids must be in the order of their bytes, and few.
func (f *Filter) PrefixRanges(prefixes []string) {
	kept := WithoutEmpty(prefixes)
	f.Add(Ranges(kept, f.Args))
	f.Hints.FewRows = true
	f.Hints.Bitmaps = f.Hints.Bitmaps || len(kept) > 1
}

// Ranges returns the condition of PrefixRanges, and adds its arguments.
func Ranges(prefixes []string, args query.Args) string {
	conditions := make([]string, len(prefixes))
	for i, prefix := range prefixes {
		from, to := fmt.Sprintf("prefix_%d", i), fmt.Sprintf("beyond_%d", i)
		conditions[i] = fmt.Sprintf("ws.workflow_uuid >= :%s", from)
		args[from] = prefix
		if beyond := beyondPrefix(prefix); beyond != "" {
			conditions[i] += fmt.Sprintf(" AND ws.workflow_uuid < :%s", to)
			args[to] = beyond
		}
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
}

// beyondPrefix returns the least text that is greater than all texts with the prefix, or ""
// if there is none.
func beyondPrefix(prefix string) string {
	const beforeSurrogates, afterSurrogates = 0xD7FF, 0xE000
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case last == beforeSurrogates:
			return prefix + string(rune(afterSurrogates))
		case last < utf8.MaxRune:
			return prefix + string(last+1)
		}
	}
	return ""
}
