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
	Text  string
	Codec string // the row's serialization, "" for NULL
	Null  bool   // the column is NULL
}

// Decode gives the value, nil for NULL and for empty text. It cannot fail:
// what cannot be decoded is an Opaque. A row without a serialisation holds the
// native form of whichever SDK wrote it, which the text itself shows.
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

// DecodeInto decodes into the variable that dst points to, as encoding/json
// would; a variable of type any gets Decode's value, and numbers in members
// of type any are as exact as Decode's. NULL, empty text and nil set the zero
// value. An undecodable value is an *UndecodableError unless dst is a *any.
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
		return DecodeJSON(text)
	case DBOSJSON:
		return decodeDBOSJSON(text)
	case SuperJSON, LegacyJSON:
		return decodeSuperJSON(text)
	case Pickle:
		return decodePickle(text)
	case Gob:
		return decodeGob(text)
	case "":
		return decodeNative(text)
	}
	return nil, fmt.Errorf("no decoder for the serialisation %q", codec)
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

// decodeNative tells the SDKs' native forms apart by the text. No text is
// both: the base64 of JSON never begins like JSON or like that of a pickle.
func decodeNative(text string) (any, error) {
	switch {
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
	return nil, errors.New("it is neither JSON nor base64 of JSON, and its row names no serialisation")
}
