package query

import (
	"fmt"
	"strings"
)

// A Dialect is the SQL of one family of databases.
type Dialect int

// The dialects. CockroachDB speaks Postgres.
const (
	Postgres Dialect = iota
	SQLite
)

// A Target is the database for which a text is compiled.
type Target struct {
	Dialect Dialect
	Schema  string            // unquoted; ignored on SQLite
	Has     func(string) bool // returns true if the database has a feature, as doc.go explains it
}

// A Compiled text is ready to be sent.
type Compiled struct {
	SQL    string
	params []param
	lists  []string // the parameters that are lists, in the order in which they come first
}

// A param is one placeholder of the SQL, with the names of the arguments that are its value. Only
// {rows …} on SQLite has more than one, because all columns are sent as one JSON array.
type param struct {
	names  []string
	rows   bool // the arguments are the columns of {rows …} on SQLite
	single bool // the argument is a list of one value, and that value is sent
}

// Compile translates a text for a target. It returns an error if the text itself is wrong.
func Compile(text string, target Target) (Compiled, error) { return CompileFor(text, target, 0) }

// CompileFor is Compile if some lists are known to have one value. They are compared and inserted
// like single values, because the database can then keep the plan of the statement. For a list it
// plans anew each time.
func CompileFor(text string, target Target, singles SingleValues) (Compiled, error) {
	c := compiler{target: target, numbers: map[string]int{}, singles: singles}
	if err := c.text(text); err != nil {
		return Compiled{}, fmt.Errorf("%w in %q", err, text)
	}
	return Compiled{SQL: c.out.String(), params: c.params, lists: c.lists}, nil
}

// runsPrefix begins the names of the tables of durable runs, which are in a schema of their own on
// Postgres.
const runsPrefix = "dbos_script_"

// Table returns the name of a table as it stands in SQL: with its schema on Postgres.
func (t Target) Table(name string) string {
	if t.Dialect == SQLite {
		return name
	}
	if own, found := strings.CutPrefix(name, runsPrefix); found {
		return QuoteIdentifier(t.Schema+"_script") + "." + own
	}
	return QuoteIdentifier(t.Schema) + "." + name
}

// QuoteIdentifier quotes a name that a user chose, such as a schema's.
func QuoteIdentifier(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

type compiler struct {
	target  Target
	out     strings.Builder
	params  []param
	lists   []string
	numbers map[string]int // of the placeholder of each param, by the param's text
	singles SingleValues
}

// text copies a text and expands the tokens in it. String literals are copied unchanged.
func (c *compiler) text(s string) error {
	for s != "" {
		i := strings.IndexAny(s, "':{")
		if i < 0 {
			c.out.WriteString(s)
			return nil
		}
		c.out.WriteString(s[:i])
		rest, err := c.special(s[i:])
		if err != nil {
			return err
		}
		s = rest
	}
	return nil
}

// special handles the quote, colon or brace that s begins with, and returns the text behind it.
func (c *compiler) special(s string) (rest string, err error) {
	switch s[0] {
	case '\'':
		return c.literal(s)
	case ':':
		return c.parameter(s)
	default:
		return c.braces(s)
	}
}

func (c *compiler) literal(s string) (string, error) {
	end := strings.IndexByte(s[1:], '\'')
	if end < 0 {
		return "", fmt.Errorf("unfinished string")
	}
	c.out.WriteString(s[:end+2])
	return s[end+2:], nil
}

func (c *compiler) parameter(s string) (string, error) {
	name := identifier(s[1:])
	if name == "" {
		return "", fmt.Errorf("a colon without a parameter's name")
	}
	c.out.WriteString(c.placeholder(param{names: []string{name}}))
	return s[1+len(name):], nil
}

// placeholder returns the placeholder of a param, such as $2, or ?2 on SQLite. Equal params have
// the same one.
func (c *compiler) placeholder(p param) string {
	key := fmt.Sprint(p)
	number, known := c.numbers[key]
	if !known {
		c.params = append(c.params, p)
		number = len(c.params)
		c.numbers[key] = number
	}
	if c.target.Dialect == SQLite {
		return fmt.Sprintf("?%d", number)
	}
	return fmt.Sprintf("$%d", number)
}

func (c *compiler) braces(s string) (string, error) {
	end := closing(s)
	if end < 0 {
		return "", fmt.Errorf("a brace is not closed")
	}
	return s[end+1:], c.token(s[1:end])
}

// closing returns the index of the brace that closes the one at the start of s, or -1.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// identifier returns the name at the start of s, or "" if there is none.
func identifier(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		return s
	}
	return s[:end]
}
