package codec

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Encoded is a value as a row stores it.
type Encoded struct {
	Text  string // the stored text
	Codec string // the row's serialization, "" for NULL
	Null  bool   // the column is NULL
}

// Decode returns the value. It returns nil if the column is NULL or the text is empty, and an
// Opaque if the value cannot be decoded; it has no error. If the row names no serialization, the
// text is in the native form of some SDK, and its beginning shows which one.
func (e Encoded) Decode() any {
	if e.Null || e.Text == "" {
		return nil
	}
	value, err := decodeAs(e.Codec, e.Text)
	if err != nil {
		return Opaque{Codec: e.Codec, Raw: e.Text, Reason: err.Error()}
	}
	return value
}

// DecodeInto decodes the value into the variable that dst points to, as encoding/json does; numbers
// in members of type any are as exact as with Decode. A variable of type any is set to the
// value of Decode. NULL, empty text and nil set the zero value. DecodeInto returns an
// *UndecodableError if the value cannot be decoded, unless dst is a *any, and an error of
// encoding/json if it does not fit.
func (e Encoded) DecodeInto(dst any) error {
	target := reflect.ValueOf(dst)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("cannot decode into %T: a non-nil pointer is needed", dst)
	}
	target = target.Elem()
	value := e.Decode()
	if value == nil {
		target.SetZero()
		return nil
	}
	if reflect.TypeOf(value).AssignableTo(target.Type()) {
		target.Set(reflect.ValueOf(value))
		return nil
	}
	if opaque, ok := value.(Opaque); ok {
		return &UndecodableError{opaque}
	}
	return convert(value, target)
}

// convert goes through JSON, with times at full precision.
func convert(value any, target reflect.Value) error {
	text, err := encodeJSON(value, "value", "", timeNanos)
	if err != nil {
		return err
	}
	return unmarshal(text, target)
}

// DecodeContext decodes a schedule's context. The column names no
// serialisation: Go stores JSON, TypeScript superjson, Python a pickle.
// Empty text is nil.
func DecodeContext(text string) any { return Encoded{Text: text}.Decode() }

func decodeAs(codec, text string) (any, error) {
	switch codec {
	case PortableJSON:
		return decodeFirst(text, DecodeJSON, decodeDBOSJSON, decodeGob)
	case DBOSJSON:
		return decodeFirst(text, decodeDBOSJSON, decodeGob)
	case SuperJSON, LegacyJSON:
		return decodeSuperJSON(text)
	case Pickle:
		return decodePickle(text)
	case Gob:
		return decodeGob(text)
	case Jackson:
		return decodeJackson(text)
	case "":
		return decodeNative(text)
	}
	return nil, fmt.Errorf("no decoder for the serialization %q", codec)
}

// decodeFirst returns the value of the first decoder that can read the text, and else the error of
// the first. The Go SDK does not always write in the serialization that a row names: the row of
// a child of a portable workflow names the serialization of its parent, and an application that
// writes gobs still has rows that name its default.
func decodeFirst(text string, decoders ...func(string) (any, error)) (any, error) {
	value, err := decoders[0](text)
	if err == nil {
		return value, nil
	}
	for _, decode := range decoders[1:] {
		if other, otherErr := decode(text); otherErr == nil {
			return other, nil
		}
	}
	return value, err
}

func decodeDBOSJSON(text string) (any, error) {
	if text == NilMarker {
		return nil, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("not base64: %w", err)
	}
	return DecodeJSON(string(data))
}

// decodeNative decodes a value of unknown serialization. The beginning of the text shows the SDK,
// because the base64 of JSON never begins like JSON or like the base64 of a pickle.
func decodeNative(text string) (any, error) {
	switch {
	case looksJackson(text):
		return decodeJackson(text)
	case strings.IndexByte("{[\"", text[0]) >= 0:
		return decodeSuperJSON(text)
	case looksPickled(text):
		return decodePickle(text)
	}
	if value, err := decodeDBOSJSON(text); err == nil {
		return value, nil
	}
	if value, err := DecodeJSON(text); err == nil {
		return value, nil
	}
	return nil, errors.New("it is neither JSON nor base64 of JSON, and its row names no serialization")
}
