package codec

import "encoding/base64"

// Value returns the value of Decode, and nil as error. It makes an Encoded a value that is computed
// when it is read.
func (e Encoded) Value() (any, error) { return e.Decode(), nil }

// Shown returns the value of Decode as JSONText, without decoding it. It returns false if the value
// has to be decoded: if it is no object and no array, or if its text is no JSON or has annotations.
func (e Encoded) Shown() (any, bool) {
	if e.Null || e.Text == "" {
		return nil, false
	}
	text, ok := e.shown()
	return text, ok
}

func (e Encoded) shown() (JSONText, bool) {
	switch e.Codec {
	case PortableJSON:
		return showText(e.Text)
	case DBOSJSON:
		data, err := base64.StdEncoding.DecodeString(e.Text)
		if err != nil {
			return JSONText{}, false
		}
		return showText(string(data))
	case SuperJSON, LegacyJSON:
		return showSuper(e.Text)
	}
	return JSONText{}, false
}
