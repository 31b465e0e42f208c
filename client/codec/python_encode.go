package codec

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"
)

// PythonArgs are the positional arguments of a workflow of a Python application, in the format of
// its SDK: as an input they are encoded as py_pickle. A time.Time arrives as a datetime in its
// zone.
type PythonArgs []any

// RawPickle is a pickle in base64 that a Python application wrote. Among PythonArgs it arrives as
// the same object, because its classes are copied and not interpreted.
type RawPickle string

// frame is the opcode at the start of a pickle of protocol 4. The length of the rest follows it.
const frame = 0x95

// ops returns the opcodes of a pickle without its header and its end. It returns false if they
// cannot be nested in another pickle, because several frames would have wrong lengths there.
func (p RawPickle) ops() ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(string(p))
	if err != nil || len(data) < 3 || data[0] != 0x80 || data[len(data)-1] != '.' {
		return nil, false
	}
	body := data[2:]
	if body[0] == frame && len(body) > 9 {
		if binary.LittleEndian.Uint64(body[1:9]) != uint64(len(body)-9) {
			return nil, false
		}
		body = body[9:]
	}
	return body[:len(body)-1], true
}

// CanNest reports whether the pickle can be written among PythonArgs.
func (p RawPickle) CanNest() bool {
	_, ok := p.ops()
	return ok
}

var errNotPickle = errors.New("a pickle that cannot be part of another one")

// encodePythonArgs returns the pickle of {"args": (…), "kwargs": {}} in base64.
func encodePythonArgs(args PythonArgs) (string, error) {
	ops := appendText([]byte{0x80, 4, '}', '('}, "args")
	ops = append(ops, '(')
	for _, arg := range args {
		if at, is := arg.(time.Time); is {
			ops = appendDatetime(ops, at)
			continue
		}
		if raw, is := arg.(RawPickle); is {
			body, ok := raw.ops()
			if !ok {
				return "", errNotPickle
			}
			ops = append(ops, body...)
			continue
		}
		plain, err := plainJSON(arg)
		if err != nil {
			return "", err
		}
		ops = appendPickle(ops, plain)
	}
	ops = appendText(append(ops, 't'), "kwargs")
	ops = append(ops, "}u."...)
	return base64.StdEncoding.EncodeToString(ops), nil
}

// plainJSON returns the decoded JSON of v.
func plainJSON(v any) (any, error) {
	text, err := EncodeJSON(v, "")
	if err != nil {
		return nil, err
	}
	return DecodeJSON(text)
}

func appendText(ops []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(append(ops, 'X'), uint32(len(text))), text...)
}

// appendDatetime writes a call of datetime with its ten packed bytes and its zone.
func appendDatetime(ops []byte, at time.Time) []byte {
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	micros := at.Nanosecond() / 1000
	packed := []byte{byte(year >> 8), byte(year), byte(month), byte(day), byte(hour), byte(minute), byte(second),
		byte(micros >> 16), byte(micros >> 8), byte(micros)}
	if isSecondOfTwo(at) {
		packed[2] |= foldBit
	}
	ops = append(ops, "cdatetime\ndatetime\n(C"...)
	ops = append(append(ops, byte(len(packed))), packed...)
	return append(appendZone(ops, at.Location()), "tR"...)
}

// appendZone writes datetime.timezone.utc for UTC, and the ZoneInfo of another zone.
func appendZone(ops []byte, zone *time.Location) []byte {
	if zone == time.UTC {
		return append(ops, "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(K\x00K\x00K\x00tRtR"...)
	}
	ops = append(ops, "czoneinfo\nZoneInfo._unpickle\n("...)
	return append(appendText(ops, zone.String()), "K\x01tR"...)
}

// isSecondOfTwo reports whether clocks showed the same time once before, because they went back.
func isSecondOfTwo(at time.Time) bool {
	since, _ := at.ZoneBounds()
	if since.IsZero() {
		return false
	}
	_, offset := at.Zone()
	_, before := since.Add(-time.Second).Zone()
	return at.Before(since.Add(time.Duration(before-offset) * time.Second))
}
