package query

import (
	"fmt"
	"strings"
)

// token writes the SQL for the text between two braces, which doc.go has a list of. A word that is
// none of the list is the name of a table.
func (c *compiler) token(s string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(s), " ")
	switch word {
	case "if", "unless":
		return c.conditional(word == "if", rest)
	case "in":
		return c.in(rest)
	case "prefix":
		return c.prefix(rest)
	case "contains":
		return c.contains(rest)
	case "json":
		return c.json(rest)
	case "rows":
		return c.rows(strings.Fields(rest))
	case "lock":
		if c.target.Dialect == Postgres {
			c.out.WriteString("FOR UPDATE SKIP LOCKED")
		}
		return nil
	case "hold":
		if c.target.Dialect == Postgres {
			c.out.WriteString("FOR UPDATE")
		}
		return nil
	case "merge":
		return c.merge(rest)
	case "clock":
		c.out.WriteString(clockOf(c.target.Dialect))
		return nil
	}
	if rest != "" || identifier(word) != word {
		return fmt.Errorf("unknown token {%s}", s)
	}
	c.out.WriteString(c.target.Table(word))
	return nil
}

// clockOf returns the expression of {clock}: the time of the database in milliseconds.
func clockOf(d Dialect) string {
	if d == Postgres {
		return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
	}
	return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
}

// conditional expands {if feature| text}, or {unless feature| text} if wanted is false.
func (c *compiler) conditional(wanted bool, rest string) error {
	feature, text, found := strings.Cut(rest, "|")
	if !found {
		return fmt.Errorf("no bar after the feature %q", feature)
	}
	if c.has(strings.TrimSpace(feature)) != wanted {
		return nil
	}
	return c.text(text)
}

// has returns true if the target has a table or a column, or if the feature is sqlite and so is the
// target.
func (c *compiler) has(feature string) bool {
	if feature == "sqlite" {
		return c.target.Dialect == SQLite
	}
	return c.target.Has(feature)
}

// columnAndParameter reads the words of a token such as {in column :list}. The parameter's name has
// no colon.
func columnAndParameter(rest string) (column, name string, err error) {
	words := strings.Fields(rest)
	if len(words) != 2 || !strings.HasPrefix(words[1], ":") {
		return "", "", fmt.Errorf("a column and a parameter are wanted, not %q", rest)
	}
	return words[0], words[1][1:], nil
}

// in expands {in column :list}. A list of one value is compared like a value. Any other is one
// placeholder, however long it is, so its statement stays prepared: an array on Postgres, JSON on
// SQLite.
func (c *compiler) in(rest string) error {
	column, list, err := columnAndParameter(rest)
	if err != nil {
		return err
	}
	p := param{names: []string{list}, single: c.isSingle(list)}
	form := "%s IN (SELECT value FROM json_each(%s))"
	switch {
	case p.single:
		form = "%s = CAST(%s AS TEXT)"
	case c.target.Dialect == Postgres:
		form = "%s = ANY(CAST(%s AS TEXT[]))"
	}
	fmt.Fprintf(&c.out, form, column, c.placeholder(p))
	return nil
}

// prefix expands {prefix column :list}. It compares with substr, because LIKE would read _ and % in
// an id as wildcards, and ignores case on SQLite.
func (c *compiler) prefix(rest string) error {
	column, list, err := columnAndParameter(rest)
	if err != nil {
		return err
	}
	p := param{names: []string{list}, single: c.isSingle(list)}
	if p.single {
		value := c.placeholder(p)
		fmt.Fprintf(&c.out, "substr(%s, 1, length(CAST(%s AS TEXT))) = CAST(%s AS TEXT)", column, value, value)
		return nil
	}
	source := "json_each(%s) AS prefixes"
	if c.target.Dialect == Postgres {
		source = "unnest(CAST(%s AS TEXT[])) AS prefixes(value)"
	}
	source = fmt.Sprintf(source, c.placeholder(p))
	fmt.Fprintf(&c.out, "EXISTS (SELECT 1 FROM %s WHERE substr(%s, 1, length(prefixes.value)) = prefixes.value)", source, column)
	return nil
}

// json expands {json :object}: the parameter as a value of a JSON column, which is text on SQLite.
func (c *compiler) json(rest string) error {
	name, found := strings.CutPrefix(rest, ":")
	if !found || identifier(name) != name {
		return fmt.Errorf("a parameter is wanted, not %q", rest)
	}
	form := "CAST(%s AS TEXT)"
	if c.target.Dialect == Postgres {
		form = "CAST(%s AS JSONB)"
	}
	fmt.Fprintf(&c.out, form, c.placeholder(param{names: []string{name}}))
	return nil
}

// contains expands {contains column :object}. SQLite has no operator for it, so the members are
// compared one by one.
func (c *compiler) contains(rest string) error {
	column, object, err := columnAndParameter(rest)
	if err != nil {
		return err
	}
	placeholder := c.placeholder(param{names: []string{object}})
	if c.target.Dialect == Postgres {
		fmt.Fprintf(&c.out, "%s @> CAST(%s AS JSONB)", column, placeholder)
		return nil
	}
	fmt.Fprintf(&c.out, "(%s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(%s) AS wanted WHERE NOT EXISTS "+
		"(SELECT 1 FROM json_each(%s) AS held WHERE held.key = wanted.key AND held.type = wanted.type AND held.value IS wanted.value)))",
		column, placeholder, column)
	return nil
}

// merge expands {merge column :object}: a JSON object with the members of the parameter, and the
// members of the column that the parameter does not have. A column that holds no object counts as
// empty. SQLite's json_patch would merge nested objects as well, and drop nulls.
func (c *compiler) merge(rest string) error {
	column, object, err := columnAndParameter(rest)
	if err != nil {
		return err
	}
	placeholder := c.placeholder(param{names: []string{object}})
	if c.target.Dialect == Postgres {
		fmt.Fprintf(&c.out, "(CASE WHEN jsonb_typeof(%s) = 'object' THEN %s ELSE CAST('{}' AS JSONB) END || CAST(%s AS JSONB))", column, column, placeholder)
		return nil
	}
	held := fmt.Sprintf("CASE WHEN json_type(%s) = 'object' THEN %s ELSE '{}' END", column, column)
	fmt.Fprintf(&c.out, "(SELECT json_group_object(m.key, json(m.member)) FROM ("+
		"SELECT held.key AS key, %s -> held.fullkey AS member FROM json_each(%s) AS held WHERE held.key NOT IN (SELECT given.key FROM json_each(%s) AS given) "+
		"UNION ALL SELECT given.key, %s -> given.fullkey FROM json_each(%s) AS given) AS m)", held, held, placeholder, placeholder, placeholder)
	return nil
}

// A rowColumn is one column of {rows …}: name:TYPE=:parameter.
type rowColumn struct{ name, kind, param string }

// rows expands {rows alias name:TYPE=:parameter …} as a table for FROM. Each parameter is a list,
// with the values of its column.
func (c *compiler) rows(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("rows want an alias and columns")
	}
	columns := make([]rowColumn, 0, len(words)-1)
	for _, word := range words[1:] {
		name, rest, _ := strings.Cut(word, ":")
		kind, parameter, found := strings.Cut(rest, "=:")
		if !found {
			return fmt.Errorf("a column of rows is name:TYPE=:parameter, not %q", word)
		}
		columns = append(columns, rowColumn{name, kind, parameter})
	}
	switch {
	case c.oneRow(columns):
		c.values(words[0], columns)
	case c.target.Dialect == Postgres:
		c.unnest(words[0], columns)
	default:
		c.jsonRows(words[0], columns)
	}
	return nil
}

// oneRow returns true if each column has one value. It asks for every column, even after one with
// more values, because that is how the compiler learns which parameters are lists.
func (c *compiler) oneRow(columns []rowColumn) bool {
	one := true
	for _, column := range columns {
		one = c.isSingle(column.param) && one
	}
	return one
}

// values writes rows as a SELECT of the values of one row.
func (c *compiler) values(alias string, columns []rowColumn) {
	fields := make([]string, len(columns))
	for i, column := range columns {
		value := c.placeholder(param{names: []string{column.param}, single: true})
		fields[i] = fmt.Sprintf("CAST(%s AS %s) AS %s", value, column.kind, column.name)
	}
	fmt.Fprintf(&c.out, "(SELECT %s) AS %s", strings.Join(fields, ", "), alias)
}

// unnest writes rows for Postgres, with an array for each column.
func (c *compiler) unnest(alias string, columns []rowColumn) {
	lists, names := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		lists[i] = fmt.Sprintf("CAST(%s AS %s[])", c.placeholder(param{names: []string{column.param}}), column.kind)
		names[i] = column.name
	}
	fmt.Fprintf(&c.out, "unnest(%s) AS %s(%s)", strings.Join(lists, ", "), alias, strings.Join(names, ", "))
}

// jsonRows writes rows for SQLite. All columns are one placeholder, an array of arrays, because to
// join a json_each for each column would take quadratic time: their keys have no index.
func (c *compiler) jsonRows(alias string, columns []rowColumn) {
	names, fields := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.param
		fields[i] = fmt.Sprintf("json_extract(value, '$[%d]') AS %s", i, column.name)
	}
	placeholder := c.placeholder(param{names: names, rows: true})
	fmt.Fprintf(&c.out, "(SELECT %s FROM json_each(%s)) AS %s", strings.Join(fields, ", "), placeholder, alias)
}
