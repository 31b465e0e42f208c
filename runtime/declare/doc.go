// Package declare says what a script function is: its name, parameters, results, errors and manual.
//
// A declaration is a value. Everything that a user meets (the call, its argument errors, help,
// completion, types for editors, reference pages) is read from it, so that nothing is said twice.
// The package knows no VM: handlers are plain Go functions over plain Go types.
//
// Start with Module in module.go and Func in func.go; param.go and type.go read the argument
// structs, class.go declares results, funckind.go the kinds of functions.
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
//		Changes().
//		Returning("a handle for each workflow that exists").
//		Example(`dbos.resume_workflows({"w1", "w2"}, {queue_name = "slow"})`)
//
// The argument struct is read once, by reflection:
//
//   - A field tagged `arg:"name"` is a positional argument, in order. `arg:"name,optional"`, a
//     pointer, or a default makes it optional; `arg:"name,variadic"` on a slice takes all the
//     remaining arguments; `arg:"name,required"` is for a pointer that has a class.
//   - Every other exported field is a key of the one table that follows the positional arguments.
//     The fields of embedded structs, and of fields tagged `opts:"true"`, count as fields of the
//     struct itself. A key is optional unless tagged `required:"true"`.
//   - A struct without `arg` fields therefore declares a function called with one table:
//     dbos.fork_workflow{original_workflow_id = "w1"} is the client's input struct as it is.
//   - A struct in any other place, such as in a list, is a table with its fields as keys.
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
//	single:"true|false"   whether a list also takes a single value: true for keys, no for
//	                      positional arguments, and only lists of strings, numbers, durations and
//	                      times can
//
// # Types
//
// string, bool, every integer (integral and in range, or an exact integer), floats, *big.Int;
// time.Duration (seconds or "1h30m"); time.Time (see ParseTime); []T, map[string]T; structs; any
// (JSON data: nil, bool, string, int64, *big.Int, float64, json.Number, []any, map[string]any,
// time.Time); *T (nil: not given); types with a Class; Callback; Raw. Results may also be error,
// iter.Seq[T], iter.Seq2[T, error], Results2[A, B] and Results.
package declare
