package codec

import (
	"encoding/base64"
	"strings"
)

// DecodeError returns the error of an error column. It returns nil if the column is NULL or empty,
// which is how the Go SDK stores success. It recognizes a pickled exception, a gob of an error of
// the Go SDK, and a JSON object with a name or a message; any other text is the message itself.
func DecodeError(text string, codecName string, null bool) *RemoteError {
	if null || text == "" {
		return nil
	}
	e := &RemoteError{}
	switch {
	case codecName == Pickle || looksPickled(text) && isBase64(text):
		e.fromPickle(text)
	case text[0] == '{' && e.fromJSON(text):
	case couldBeGob(text) && e.fromGob(text):
	default:
		e.Message = validText(text, false)
	}
	e.Raw, e.Codec = text, codecName
	return e
}

func isBase64(text string) bool {
	_, err := base64.StdEncoding.DecodeString(text)
	return err == nil
}

// couldBeGob returns false for most messages, because to read each of them as a gob costs time.
func couldBeGob(text string) bool {
	return len(text)%4 == 0 && !strings.ContainsAny(text, " :.,'\"(){}[]")
}

// fromJSON reads a portable error or the superjson of one. It returns false if it is no error.
func (e *RemoteError) fromJSON(text string) bool {
	parsed, err := DecodeJSON(text)
	if err != nil {
		return false
	}
	record, isSuper := superRecord(parsed)
	if !isSuper {
		members, ok := parsed.(map[string]any)
		return ok && (e.fromWire(members) || e.fromMembers(members, false))
	}
	value, err := reviveSuper(record, len(text))
	if err != nil {
		return false
	}
	if members, ok := value.(map[string]any); ok && e.fromMembers(members, true) {
		return true
	}
	e.Message = plainText(value)
	return true
}

// fromMembers sets name, message, code, data and stack from the members that exist. If the error is
// native, other members become its data.
func (e *RemoteError) fromMembers(members map[string]any, native bool) bool {
	name, hasName := members["name"].(string)
	message, hasMessage := members["message"].(string)
	if !hasName && !hasMessage {
		return false
	}
	e.Name, e.Message = name, message
	e.Code, e.Data = members["code"], members["data"]
	e.Stack, _ = members["stack"].(string)
	if native && e.Data == nil {
		e.Data = without(members, "name", "message", "code", "stack", "data")
	}
	return true
}

// without returns the members but for some names, or nil if there are no others.
func without(members map[string]any, names ...string) any {
	rest := map[string]any{}
	for name, value := range members {
		rest[name] = value
	}
	for _, name := range names {
		delete(rest, name)
	}
	if len(rest) == 0 {
		return nil
	}
	return rest
}

// plainText returns a text unchanged and any other value as JSON.
func plainText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := EncodeJSON(value, "")
	if err != nil {
		return err.Error()
	}
	return text
}

// fromGob reads an error that the Go SDK stored as a gob. It returns false if the text is none.
func (e *RemoteError) fromGob(text string) bool {
	typeName, value, err := readGob(text)
	if err != nil || typeName == "" {
		return false
	}
	e.Name = typeName[strings.LastIndexByte(typeName, '.')+1:]
	members, ok := value.(map[string]any)
	if !ok {
		e.Message = plainText(value)
		return true
	}
	e.Code = members["Code"]
	if code, ok := e.Code.(int64); ok && e.Name == "DBOSError" {
		e.Name = goErrorName(code)
	}
	name, message := gobMessage(members)
	e.Message = message
	e.Data = without(members, name, "Code")
	return true
}

// goErrorName returns the name that the Go SDK has for a code of its own errors, which a portable
// row has in place of the code.
func goErrorName(code int64) string {
	names := []string{"ConflictingID", "Initialization", "NonExistentWorkflow", "UnexpectedWorkflow", "WorkflowCancelled", "UnexpectedStep",
		"AwaitedWorkflowCancelled", "ConflictingRegistration", "WorkflowUnexpectedType", "WorkflowExecution", "StepExecution", "DeadLetterQueue",
		"MaxStepRetriesExceeded", "QueueDeduplicated", "PatchingNotEnabled", "Timeout", "NoApplicationVersions", "QueueNotFound", "ScheduleNotFound",
		"InvalidOption", "WorkflowPanic", "StepNondeterminism", "WorkflowIDInUse"}
	if code < 1 || code > int64(len(names)) {
		return "DBOSError"
	}
	return names[code-1]
}

// gobMessage returns the field with an error's message, which it finds by its usual names, and the
// message. If there is none, the name is "" and the message has all fields.
func gobMessage(members map[string]any) (name, message string) {
	for _, name := range []string{"Message", "Msg", "Err", "Error", "Text", "Reason"} {
		if message, ok := members[name].(string); ok {
			return name, message
		}
	}
	return "", plainText(members)
}
