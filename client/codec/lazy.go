package codec

// Value is Decode in the form of a value that is computed when it is read. The error is always
// nil: what cannot be decoded is an Opaque.
func (e Encoded) Value() (any, error) { return e.Decode(), nil }
