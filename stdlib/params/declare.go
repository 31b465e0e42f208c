package params

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A Set is the parameters of a script, in the order of their declaration.
type Set struct {
	Summary    string
	Parameters []*Parameter
	Needs      grants.Lists // that a person approves
	Taken      []string     // flags that the command takes for itself, unless -- stands before them

	// Stdin returns what stands on standard input, for the word "-" of a positional list. It is nil
	// if there is none, or if the script itself came from there.
	Stdin func() ([]byte, error)
}

// A Parameter is one of them.
type Parameter struct {
	Name     string
	Short    string
	Type     string
	Doc      string
	Default  any
	Required bool
	Secret   bool // its value is in no record
	Rest     bool // it takes the words that are no flags
	Values   []string
	Min, Max *float64
}

// A parameterType is a type that a declaration may name, with the placeholder that a usage text
// shows for its value.
type parameterType struct{ name, placeholder string }

func parameterTypes() []parameterType {
	return []parameterType{
		{declare.KindString.Name(), "TEXT"},
		{declare.KindInteger.Name(), "N"},
		{declare.KindNumber.Name(), "N"},
		{declare.KindBool.Name(), ""},
		{declare.KindDuration.Name(), "DURATION"},
		{declare.KindTime.Name(), "TIME"},
		{"list", "A,B,…"},
	}
}

func typeNames() []string {
	var names []string
	for _, t := range parameterTypes() {
		names = append(names, t.name)
	}
	return names
}

// placeholder returns the placeholder of a type, "" for flags without a value.
func placeholder(name string) string {
	for _, t := range parameterTypes() {
		if t.name == name {
			return t.placeholder
		}
	}
	return ""
}

// Declare reads the argument of args.declare.
func Declare(declared any) (*Set, error) {
	members, ok := declared.(declare.Members)
	if !ok {
		return nil, wrong("", "a table of parameters expected")
	}
	set := &Set{}
	for _, m := range members {
		if text, ok := m.Value.(string); ok && m.Key == "summary" {
			set.Summary = text
			continue
		}
		if m.Key == "needs" && DeclaresNeeds(m.Value) {
			needs, err := Needs(m.Value)
			if err != nil {
				return nil, err
			}
			set.Needs = needs
			continue
		}
		p, err := parameter(m.Key, m.Value)
		if err != nil {
			return nil, err
		}
		if earlier := set.rest(); p.Rest && earlier != nil {
			return nil, wrong(p.Name+".positional", "%s is positional already, and only one parameter can be", earlier.Name)
		}
		set.Parameters = append(set.Parameters, p)
	}
	return set, nil
}

// wrong is a mistake in the declaration, so one of the script's author.
func wrong(name, format string, values ...any) error {
	e := &declare.ArgumentError{Func: "args.declare", Message: fmt.Sprintf(format, values...)}
	if name != "" {
		e.Argument, e.Path = "parameters", "."+name
	}
	return e
}

func parameter(name string, value any) (*Parameter, error) {
	members, ok := value.(declare.Members)
	if !ok {
		return nil, wrong(name, "a table such as {type = \"string\", doc = \"…\"} expected")
	}
	p := &Parameter{Name: name, Type: "string"}
	for _, m := range members {
		if err := p.set(m.Key, m.Value); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(typeNames(), p.Type) {
		return nil, wrong(name+".type", "no type %q: it is %s%s", p.Type, strings.Join(typeNames(), ", "), declare.DidYouMean(p.Type, typeNames()))
	}
	if p.Rest && p.Type != "string" && p.Type != "list" {
		return nil, wrong(name+".positional", "a positional parameter is a string or a list, and this is of type %s", p.Type)
	}
	return p, p.bound(members)
}

// bound reads min and max. The bounds of a duration may be texts.
func (p *Parameter) bound(members declare.Members) error {
	for _, m := range members {
		var ok bool
		switch m.Key {
		case "min":
			p.Min, ok = p.limit(m.Value)
		case "max":
			p.Max, ok = p.limit(m.Value)
		default:
			continue
		}
		if !ok {
			return wrong(p.Name+"."+m.Key, "cannot be %v", m.Value)
		}
	}
	return nil
}

func (p *Parameter) limit(value any) (*float64, bool) {
	text, ok := value.(string)
	if !ok || p.Type != "duration" {
		return number(value)
	}
	d, err := duration(text)
	seconds := d.Seconds()
	return &seconds, err == nil
}

var keys = []string{"type", "doc", "short", "default", "required", "values", "min", "max", "secret", "positional"}

func (p *Parameter) set(key string, value any) error {
	ok := true
	switch key {
	case "type":
		p.Type, ok = value.(string)
	case "doc":
		p.Doc, ok = value.(string)
	case "short":
		p.Short, ok = value.(string)
		ok = ok && len(p.Short) == 1
	case "default":
		p.Default = value
	case "required":
		p.Required, ok = value.(bool)
	case "secret":
		p.Secret, ok = value.(bool)
	case "positional":
		p.Rest, ok = value.(bool)
	case "values":
		p.Values, ok = texts(value)
	case "min", "max": // by bound, which knows the type
	default:
		return wrong(p.Name, "unknown key %q%s", key, declare.DidYouMean(key, keys))
	}
	if !ok {
		return wrong(p.Name+"."+key, "cannot be %v", value)
	}
	return nil
}

func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	out := make([]string, len(list))
	for i, item := range list {
		out[i] = fmt.Sprint(item)
	}
	return out, true
}

func number(value any) (*float64, bool) {
	switch n := value.(type) {
	case int64:
		f := float64(n)
		return &f, true
	case float64:
		return &n, true
	}
	return nil, false
}

// flag is how the parameter is written on the command line.
func (p *Parameter) flag() string { return "--" + strings.ReplaceAll(p.Name, "_", "-") }

// find looks a parameter up by a flag's name, with dashes or underscores.
func (s *Set) find(name string) *Parameter {
	name = strings.ReplaceAll(name, "-", "_")
	i := slices.IndexFunc(s.Parameters, func(p *Parameter) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return s.Parameters[i]
}

// rest returns the positional parameter, or nil if there is none.
func (s *Set) rest() *Parameter {
	i := slices.IndexFunc(s.Parameters, func(p *Parameter) bool { return p.Rest })
	if i < 0 {
		return nil
	}
	return s.Parameters[i]
}
