package codec

import "strings"

// RemoteError is the error that a workflow or a step stored.
type RemoteError struct {
	Name    string // class or kind, such as "RangeError"; "" where none was stored
	Message string
	Code    any    // of the error itself, nil where none was stored
	Data    any    // further members of the error, nil where there are none
	Raw     string // stored text, unchanged
	Codec   string // serialisation of the row
	Stack   string // stack trace of the application, "" where none was stored
}

// Error gives the message, preceded by the name where that says more.
func (e *RemoteError) Error() string {
	if e.Message == "" {
		return e.fallback()
	}
	if isGenericName(e.Name) || strings.Contains(e.Message, e.Name) {
		return e.Message
	}
	return e.Name + ": " + e.Message
}

func (e *RemoteError) fallback() string {
	if e.Name != "" {
		return e.Name
	}
	return "error without a message"
}

// isGenericName reports names that every error of their SDK may carry.
func isGenericName(name string) bool {
	switch name {
	case "", "Error", "Exception", "Portable Error", "DBOSError":
		return true
	}
	return false
}

// EncodeError writes an error as an application of the given serialisation
// stores it: a portable object, or plain text for DBOS_JSON.
func EncodeError(codecName string, e *RemoteError) (string, error) {
	if codecName == PortableJSON {
		return EncodeJSON(e.portable(), "")
	}
	return e.Error(), nil
}

func (e *RemoteError) portable() map[string]any {
	object := map[string]any{"name": e.Name, "message": e.Message}
	if e.Name == "" {
		object["name"] = "Portable Error"
	}
	if e.Code != nil {
		object["code"] = e.Code
	}
	if e.Data != nil {
		object["data"] = e.Data
	}
	return object
}
