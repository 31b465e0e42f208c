package codec

// Value returns the value of Decode, and nil as error. It makes an Encoded a value that is computed
// when it is read.
func (e Encoded) Value() (any, error) { return e.Decode(), nil }
