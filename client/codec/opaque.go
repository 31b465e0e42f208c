package codec

import "fmt"

// Opaque stands for a stored value that cannot be decoded.
type Opaque struct {
	Codec  string // serialisation as stored, "" for none
	Raw    string // stored text, unchanged
	Reason string // why it was not decoded
}

// String returns the serialization of the value and the reason why it was not decoded.
func (o Opaque) String() string {
	return fmt.Sprintf("undecodable %s value: %s", codecLabel(o.Codec), o.Reason)
}

// MarshalJSON writes an object with the members undecodable (the reason),
// codec and raw, so that printed or exported rows keep the stored text. It
// cannot fail.
func (o Opaque) MarshalJSON() ([]byte, error) {
	text, err := EncodeJSON(o.object(), "")
	return []byte(text), err
}

func (o Opaque) object() map[string]any {
	return map[string]any{
		"undecodable": validText(o.Reason, false),
		"codec":       validText(o.Codec, false),
		"raw":         validText(o.Raw, false),
	}
}

func codecLabel(codec string) string {
	if codec == "" {
		return "unnamed"
	}
	return codec
}

// UndecodableError reports that a stored value cannot be decoded into the
// type that was asked for.
type UndecodableError struct {
	Value Opaque // the value, with the reason
}

// Error returns the reason why the value was not decoded.
func (e *UndecodableError) Error() string { return e.Value.String() }
