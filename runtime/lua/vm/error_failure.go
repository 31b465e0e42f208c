package vm

import (
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// stopError is the error of a run that was stopped, at the place where it was.
func (v *VM) stopError() *ScriptError {
	stop := stopOf(v.running)
	failure := &ScriptError{Kind: stop.Kind, Code: stop.ErrorCode(), Message: stop.Message, Hint: stop.ErrorHint(), Cause: stop}
	if v.stopped != nil {
		v.place(failure, v.stopped)
	}
	return failure
}

// scriptError is the error of a run that failed with a Lua error value.
func (v *VM) scriptError(err error) *ScriptError {
	if v.isStopped() {
		return v.stopError()
	}
	var raisedError *lua.ApiError
	errors.As(err, &raisedError)
	where := v.last.trace
	failure := v.describe(raisedError.Object)
	if v.isStopped() {
		return v.stopError()
	}
	if where != nil {
		v.place(failure, where)
	}
	if failure.Code == "" {
		failure.Code = failure.Kind.String()
	}
	return failure
}

// place adds the trace, and the position of its innermost function unless the message brought its
// own.
func (v *VM) place(failure *ScriptError, where *trace) {
	failure.Traceback = where.frames
	if failure.File == "" && len(where.frames) > 0 {
		failure.File, failure.Line = where.frames[0].File, where.frames[0].Line
	}
	if failure.SourceLine == "" {
		failure.SourceLine = syntax.SourceLine(v.sources[failure.File], failure.Line)
	}
}

// longestMessage is how many bytes of a script's message are kept.
const longestMessage = 10_000

// describe reads a Lua error value.
func (v *VM) describe(value lua.LValue) *ScriptError {
	switch value := value.(type) {
	case lua.LString:
		file, line, message := v.splitPosition(string(value))
		return &ScriptError{File: file, Line: line, Message: cutText(message, longestMessage)}
	case *lua.LUserData:
		if cause := v.errorOf(value); cause != nil {
			return describeCause(cause)
		}
	case *lua.LTable:
		return v.describeTable(value)
	}
	return &ScriptError{Message: fmt.Sprintf("the script raised %s", v.shown(value))}
}

// errorOf is the Go error that an object of the host holds; nil when it holds none.
func (v *VM) errorOf(object *lua.LUserData) error {
	if v.config.ErrorOf != nil {
		if cause := v.config.ErrorOf(object); cause != nil {
			return cause
		}
	}
	cause, _ := object.Value.(error)
	return cause
}

func describeCause(cause error) *ScriptError {
	failure := &ScriptError{Message: cause.Error(), Code: codeOf(cause), Cause: cause}
	var withHint hinter
	if errors.As(cause, &withHint) {
		failure.Hint = withHint.ErrorHint()
	}
	return failure
}

// describeTable reads a table as an error: by its __tostring, else by its field message, else by
// all it holds.
func (v *VM) describeTable(table *lua.LTable) *ScriptError {
	failure := &ScriptError{Code: textField(table, "code"), Hint: textField(table, "hint"), Message: textField(table, "message")}
	if v.state.GetMetaField(table, "__tostring") != lua.LNil {
		failure.Message = v.shown(table)
	}
	if failure.Message == "" {
		failure.Message = contents(table)
	}
	failure.Message = cutText(failure.Message, longestMessage)
	return failure
}

func textField(table *lua.LTable, name string) string {
	text, _ := toText(table.RawGetString(name))
	return text
}

// shown is the text of a value by its own __tostring, which may fail and may not run for ever.
func (v *VM) shown(value lua.LValue) string {
	L := v.state
	L.Push(L.NewFunction(baseTostring))
	L.Push(value)
	if err := v.protect(L, 1, nil); err != nil {
		return "a value whose __tostring fails"
	}
	text, _ := toText(L.Get(-1))
	L.Pop(1)
	return text
}

// Brief is the text of a value that was raised, without running code of the script: of a table
// its field message, else all it holds.
func Brief(value lua.LValue) string {
	table, isTable := value.(*lua.LTable)
	if !isTable {
		return value.String()
	}
	if message := textField(table, "message"); message != "" {
		return message
	}
	return contents(table)
}

// Limits of the text in which a table is shown.
const (
	shownFields = 20
	shownDepth  = 3
	shownText   = 200
)

// contents shows a table as its constructor would look, within bounds; strings, numbers and truth
// values only by value.
func contents(table *lua.LTable) string {
	var b strings.Builder
	writeTable(&b, table, 0)
	return b.String()
}

func writeTable(b *strings.Builder, table *lua.LTable, depth int) {
	b.WriteByte('{')
	count, item := 0, 1
	for key, value := table.Next(lua.LNil); key != lua.LNil; key, value = table.Next(key) {
		if count > 0 {
			b.WriteString(", ")
		}
		if count++; count > shownFields {
			b.WriteString("…")
			break
		}
		if key == lua.LNumber(item) {
			item++
		} else {
			b.WriteString(shownKey(key) + " = ")
		}
		writeValue(b, value, depth+1)
	}
	b.WriteByte('}')
}

func shownKey(key lua.LValue) string {
	text, isText := key.(lua.LString)
	if isText && isName(string(text)) {
		return string(text)
	}
	var b strings.Builder
	writeValue(&b, key, shownDepth)
	return "[" + b.String() + "]"
}

func isName(text string) bool {
	for i := 0; i < len(text); i++ {
		if !syntax.IsNamePart(text[i]) {
			return false
		}
	}
	return text != "" && !syntax.IsDigit(text[0]) && len(text) <= shownText && !syntax.IsKeyword(text)
}

func writeValue(b *strings.Builder, value lua.LValue, depth int) {
	switch value := value.(type) {
	case lua.LString:
		fmt.Fprintf(b, "%q", cutText(string(value), shownText))
	case lua.LNumber:
		b.WriteString(formatNumber(value))
	case lua.LBool:
		b.WriteString(value.String())
	case *lua.LTable:
		if depth >= shownDepth {
			b.WriteString("{…}")
			return
		}
		writeTable(b, value, depth)
	default:
		b.WriteString(value.Type().String())
	}
}
