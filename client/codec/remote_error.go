package codec

import "strings"

// RemoteError is the error that a workflow or a step stored.
type RemoteError struct {
	Name    string // class or kind, such as "RangeError"; "" if none was stored
	Message string // "" if none was stored
	Code    any    // code of the application, nil if none was stored
	Data    any    // further members of the error, nil if there are none
	Raw     string // stored text, unchanged
	Codec   string // serialization of the row
	Stack   string // stack trace of the application, "" if none was stored
}

// Error returns the message, with the name before it if that is more than "Error" or the like.
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

// isGenericName returns true for names that every error of an SDK may have.
func isGenericName(name string) bool {
	switch name {
	case "", "Error", "Exception", "Portable Error", "DBOSError":
		return true
	}
	return false
}

// EncodeError returns the error as an application stores it: a JSON object if the serialization is
// portable_json, and plain text otherwise.
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
