package stdlib

import (
	"context"
	"encoding/json"
	"math/big"
	"strings"
	"text/template"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func templateModule(host Host) declare.Module {
	return declare.Module{
		Name:    "template",
		Section: declare.DataSection,
		Doc:     "Fills data into a text, such as a report or a message.",
		Funcs:   []declare.Func{templateRender(host)},
	}
}

func templateRender(host Host) declare.Func {
	type args struct {
		Template string `arg:"template" doc:"The text, with actions between {{ and }}, as in {{.name}}."`
		Data     any    `arg:"data,optional" doc:"The data of the actions: JSON data, records and times."`
		Lenient  bool   `json:"lenient" doc:"Whether a name that the data lacks is left empty, instead of an error."`
	}
	return declare.Fn("render", "Returns a text in which the actions are replaced by their results.",
		func(ctx context.Context, a args) (string, error) {
			text, err := abandonable(ctx, host.Abandoned, func() (string, error) { return rendered(ctx, a.Template, a.Data, a.Lenient) })
			return text, failed(ctx, "template.render", err)
		}).Pure().
		Returning("the text").
		Notes("The language is Go's `text/template`: `{{.order.id}}`, `{{if .failed}}…{{else}}…{{end}}`, `{{range .items}}…{{end}}`, " +
			"`{{printf \"%05d\" .n}}`, `{{-` and `-}}` to trim space. In addition to its own functions it has `json`, `join LIST SEPARATOR`, `upper`, `lower` and `default FALLBACK VALUE`.").
		Example("print(template.render(\"{{.count}} orders failed:\\n{{range .ids}}- {{.}}\\n{{end}}\", {count = 2, ids = {\"o1\", \"o2\"}}))")
}

func rendered(ctx context.Context, text string, data any, lenient bool) (string, error) {
	filling := newFilling(ctx)
	parsed, err := filling.parse(text, lenient)
	if err != nil {
		return "", declare.BadArgument("template", "%s", templateMistake(err))
	}
	if err := parsed.Execute(filling, printable(data)); err != nil {
		return "", filling.failure(err)
	}
	return filling.text.String(), nil
}

// templateFuncs returns the functions of templates in addition to text/template's own.
func templateFuncs() template.FuncMap {
	return template.FuncMap{
		"json":     asJSON,
		"upper":    strings.ToUpper,
		"lower":    strings.ToLower,
		"join":     joined,
		"default":  unlessEmpty,
		"print":    printed,
		"println":  printedLine,
		"printf":   printedBy,
		"html":     escaped(template.HTMLEscaper),
		"js":       escaped(template.JSEscaper),
		"urlquery": escaped(template.URLQueryEscaper),
	}
}

func unlessEmpty(fallback, value any) any {
	if truth, _ := template.IsTrue(value); truth {
		return value
	}
	return fallback
}

// A templateTime is a time that is printed as scripts print it, and has the methods of Go's.
type templateTime struct{ time.Time }

// String is RFC 3339.
func (m templateTime) String() string { return m.UTC().Format(time.RFC3339Nano) }

// printable puts empty text in the place of nulls, which the language would print as "<no
// value>", and digits in that of exact integers, whose methods would change them.
func printable(value any) any {
	switch v := value.(type) {
	case nil:
		return ""
	case *big.Int:
		return json.Number(v.String())
	case time.Time:
		return templateTime{v}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = printable(item)
		}
		return list
	case map[string]any:
		table := make(map[string]any, len(v))
		for key, item := range v {
			table[key] = printable(item)
		}
		return table
	}
	return value
}

// templateMistake removes the prefix of the package: "template: template:1: ".
func templateMistake(err error) string {
	text := strings.TrimPrefix(err.Error(), "template: template:")
	if line, rest, ok := strings.Cut(text, ": "); ok {
		return "line " + line + ": " + strings.TrimPrefix(rest, "executing \"template\" ")
	}
	return text
}
