// Package declare says what a script function is: its name, parameters, results, errors and manual.
//
// A declaration is a value. Everything that a user meets (the call, its argument errors, help,
// completion, types for editors, reference pages) is read from it, so that nothing is said twice.
// The package knows no VM: handlers are plain Go functions over plain Go types.
//
// # Declaring a function
//
//	type resumeWorkflows struct {
//		IDs []string `arg:"ids" doc:"Workflows to resume."`
//		client.ResumeOptions
//	}
//
//	declare.Fn("resume_workflows", "Puts unfinished workflows back on a queue.",
//		func(ctx context.Context, a resumeWorkflows) ([]client.WorkflowHandle[any], error) { … }).
//		Returning("a handle for each workflow that exists").
//		Example(`dbos.resume_workflows({"w1", "w2"}, {queue_name = "slow"})`)
//
// The argument struct is read once, by reflection:
//
//   - A field tagged `arg:"name"` is a positional argument, in order. `arg:"name,optional"`, a pointer, or a
//     default makes it optional; `arg:"name,variadic"` on a slice takes all the remaining arguments;
//     `arg:"name,required"` is for a pointer that has a class.
//   - Every other exported field is a key of the one table that follows the positional arguments. Embedded
//     structs, and struct fields tagged `opts:"true"`, give their fields as if written in place.
//     A key is optional unless tagged `required:"true"`.
//   - A struct without `arg` fields therefore declares a function called with one table:
//     dbos.fork_workflow{original_workflow_id = "w1"} is declared from the client's input struct as it is.
//   - A struct in any other place (an element of a list, a nested field) is a table with its fields as keys.
//
// # Tags
//
//	json:"queue_name"     the key; without it the Go name in snake_case; "-" is not offered
//	doc:"…"               what it means; Check reports one that is missing
//	required:"true"       the key must be given
//	default:"1s"          documentation of what holds when it is not given
//	enum:"reject,allow"   the only values allowed (for a list: of each element)
//	min:"0" max:"10"      bounds of a number, or of a duration in seconds
//	without:"id,name"     on an embedded struct: the keys of it that are not offered here
//	single:"true|false"   whether a list also takes a single value; true for keys, false for positional
//	                      arguments, and only lists of strings, numbers, durations and times can
//
// # Types
//
// string, bool, every integer (integral and in range, or an exact integer), floats, *big.Int;
// time.Duration (seconds or "1h30m"); time.Time (see ParseTime); []T, map[string]T; structs; any
// (JSON data: nil, bool, string, int64, *big.Int, float64, json.Number, []any, map[string]any,
// time.Time); *T (nil: not given); types with a Class; Callback; Raw. Results may also be error,
// iter.Seq[T], iter.Seq2[T, error], Results2[A, B] and Results.
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
