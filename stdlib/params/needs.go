package params

import (
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// Needs reads the value of needs in a declaration: a table from a kind of grants to a text, or to a
// list of texts. The error is about the first value that is none.
func Needs(declared any) (needs grants.Lists, err error) {
	if list, isList := declared.([]any); isList && len(list) == 0 {
		return needs, nil
	}
	members, isTable := declared.(declare.Members)
	if !isTable {
		return needs, wrong("needs", "a table such as {net = \"hooks.example\", write = {\"out\"}} expected, with its values written in place")
	}
	for _, m := range members {
		if m.Key == "" {
			return grants.Lists{}, wrong("needs", "a table written in place expected: a person who approves it reads it before the script runs")
		}
		if !slices.Contains(grants.Kinds(), m.Key) {
			return grants.Lists{}, wrong("needs", "there is no need %q%s: it is %s", m.Key, declare.DidYouMean(m.Key, grants.Kinds()), strings.Join(grants.Kinds(), ", "))
		}
		values, isList := m.Value.([]any)
		if !isList {
			values = []any{m.Value}
		}
		for _, value := range values {
			text, isText := value.(string)
			if !isText {
				return grants.Lists{}, wrong("needs."+m.Key, "a text, or a list of texts, written in place expected: a person who approves it reads it before the script runs")
			}
			if err := needs.Need(m.Key, text); err != nil {
				return grants.Lists{}, wrong("needs."+m.Key, "%v", err)
			}
		}
	}
	return needs, nil
}

// DeclaresNeeds returns true if the value of needs in a declaration is the needs of the script, and
// not a parameter of that name.
func DeclaresNeeds(value any) bool {
	members, isTable := value.(declare.Members)
	return !isTable || !slices.ContainsFunc(members, func(m declare.Member) bool { return slices.Contains(keys, m.Key) })
}
