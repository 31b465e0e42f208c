package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Step is one recorded call of a run.
type Step struct {
	// Number counts the steps of a run from 0.
	Number int `json:"number"`
	// Name is the function, as a script writes it, such as dbos.enqueue.
	Name string `json:"name"`
	// Arguments is a hash of the receiver and the arguments, by which a replay notices a call with
	// other ones.
	Arguments string `json:"arguments"`
	// Where is the line of the script that made the call, as file:line, or "" if it is not known.
	Where string `json:"where,omitempty"`
	// Result is the result as JSON; nil if the call returned nothing or an error.
	Result json.RawMessage `json:"result,omitempty"`
	// Error is the error as JSON; nil if there was none.
	Error json.RawMessage `json:"error,omitempty"`
	// Began and Ended are the times at which the call began and ended.
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`
	// Within is how many steps were recorded during the call, by functions of the script that it
	// called. They have the next numbers, and a replay of the call skips them.
	Within int `json:"within,omitempty"`
	// Changes is how many changes the call has added to Config.Counter. A replay adds them again.
	Changes int64 `json:"changes,omitempty"`
}

// LeastSize is the part of Step.Size that does not depend on the texts of the step, in bytes.
const LeastSize = 100

// Size returns the number of bytes that count against Limits.Bytes: LeastSize and the texts.
func (s *Step) Size() int {
	return LeastSize + len(s.Name) + len(s.Arguments) + len(s.Where) + len(s.Result) + len(s.Error)
}

// String returns the number, the function and the line, such as "step 3, dbos.enqueue (a.lua:7)".
func (s *Step) String() string { return fmt.Sprintf("step %d, %s", s.Number, s.called()) }

// called returns the function and the line.
func (s *Step) called() string {
	if s.Where == "" {
		return s.Name
	}
	return s.Name + " (" + s.Where + ")"
}

// after returns the number of the first step that begins after the step has ended.
func (s *Step) after() int { return s.Number + 1 + s.Within }
