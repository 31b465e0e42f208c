package check

import (
	"cmp"
	"fmt"
	"slices"
)

// Code is the kind of a finding.
type Code string

// The codes.
const (
	Syntax          Code = "syntax"           // no Lua 5.1
	UndefinedGlobal Code = "undefined-global" // a name that nothing defines
	UnknownFunction Code = "unknown-function" // a module or a class has none of the name
	UnknownField    Code = "unknown-field"    // a record, a library or a script's parameters have none of the name
	UnknownOption   Code = "unknown-option"   // a key that a table of options does not have
	UnknownModule   Code = "unknown-module"   // require finds none
	MissingArgument Code = "missing-argument" // a required argument or key is not given
	ExtraArgument   Code = "extra-argument"   // more arguments than a function takes
	WrongArgument   Code = "wrong-argument"   // a value that an argument cannot have
	WrongCall       Code = "wrong-call"       // a dot for a colon, or the other way round
	WrongLoop       Code = "wrong-loop"       // an array where an iterator goes, or the other way round
	ReadOnly        Code = "read-only"        // an assignment to a record or a module
	UnusedLocal     Code = "unused-local"     // a local that nothing reads
	NotRecordable   Code = "not-recordable"   // no mistake: a call that a durable run refuses
	MayHappenTwice  Code = "may-happen-twice" // no mistake: a call that acts outside of the database
)

// Finding is one mistake and its place.
type Finding struct {
	File       string `json:"file"`
	Line       int    `json:"line"`   // counted from 1
	Column     int    `json:"column"` // in characters, counted from 1; 0 where it is not known
	Code       Code   `json:"code"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion,omitempty"` // the nearest right name
	Hint       string `json:"hint,omitempty"`
	Source     string `json:"source"` // the line's text
}

// String is the place and the message.
func (f Finding) String() string {
	place := fmt.Sprintf("%s:%d", f.File, f.Line)
	if f.Column > 0 {
		place += fmt.Sprintf(":%d", f.Column)
	}
	return place + ": " + f.Message
}

func sortFindings(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
