package declare

// Module is a named set of functions, as a script requires it.
type Module struct {
	Name    string
	Section string // heading in the contents of the reference; one of the Section constants
	Doc     string
	Funcs   []Func
	Values  []Value
	Classes []*Class // classes of objects and records that the functions take or return
	// Guesses lists names that people look for: a name of the module, or a few words on what to
	// use.
	Guesses map[string]string
	Global  bool // functions and values are globals: a script writes their names alone
}

// Sections of the reference. Its contents list the modules of a section together.
const (
	WorkflowsSection = "Workflows"
	DataSection      = "Data"
	ScriptSection    = "The script and its run"
	OutsideSection   = "Files, hosts, programs and variables"
	TestsSection     = "Tests of scripts"
)

// Names returns the names of the functions, then the names of the values.
func (m Module) Names() []string {
	var names []string
	for _, f := range m.Funcs {
		names = append(names, f.Name)
	}
	for _, v := range m.Values {
		names = append(names, v.Name)
	}
	return names
}

// Member returns the name as a script writes it: dbos.enqueue, json.null, emit.
func (m Module) Member(name string) string {
	if m.Global {
		return name
	}
	return m.Name + "." + name
}

// Value is a constant of a module, such as json.null.
type Value struct {
	Name string
	Doc  string
	Go   any
}

// Null is the value a script sees as json.null. A nil inside data becomes one by itself; a
// handler returns Null only where the whole result is to be json.null rather than nil.
var Null = NullType{}

// NullType is the type of Null.
type NullType struct{}

// String returns the text of json.null.
func (NullType) String() string { return "null" }

// MarshalJSON returns JSON's null.
func (NullType) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
