package codec

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"
)

// PythonArgs are the positional arguments of a workflow of a Python application, in the format of
// its SDK: as an input they are encoded as py_pickle. The workflow gets the JSON data of an
// argument, with two exceptions: a time.Time becomes a datetime in its time zone, cut to
// microseconds, and a RawPickle the object that was pickled. Within a list or a map, both become
// texts.
type PythonArgs []any

// RawPickle is a pickle in base64 that a Python application wrote. As one of the PythonArgs it
// becomes the same object again, of whatever classes, because its opcodes are copied and not
// interpreted. This is how the context of a schedule reaches its workflows.
//
// An input has room for one RawPickle, because opcodes refer to earlier objects by a number that is
// counted from the start of the whole pickle.
type RawPickle string

// The opcodes of pickle are named here, and in the comments below, as Python's module pickletools
// names them.
const (
	opProto = 0x80 // PROTO, the first byte; the version of the protocol follows it
	opFrame = 0x95 // FRAME, from protocol 4 on; the length of the frame in 8 bytes follows it
	opStop  = '.'  // STOP, the last byte
)

// ops returns the opcodes between the header and the end of the pickle, which push its object. It
// returns false if the text is no pickle of protocol 2 or later, or if the pickle has several
// frames: their opcodes stand between the others, and only a reader of all opcodes finds them.
func (p RawPickle) ops() ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(string(p))
	if err != nil || len(data) < 3 || data[0] != opProto || data[len(data)-1] != opStop {
		return nil, false
	}
	body := data[2:]
	if body[0] == opFrame && len(body) > 9 {
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

var (
	errNotNestable = errors.New("a RawPickle is no pickle of protocol 2 or later, or has several frames: it cannot be an argument")
	errSecondRaw   = errors.New("PythonArgs have two RawPickles, and an input has room for one")
)

// encodePythonArgs returns the pickle of {"args": (…), "kwargs": {}} in base64, the form in which
// the Python SDK stores an input. It returns an error if a RawPickle cannot be nested or is the
// second one, and the errors of EncodeJSON.
func encodePythonArgs(args PythonArgs) (string, error) {
	ops := appendText([]byte{opProto, 4, '}', '('}, "args") // EMPTY_DICT, MARK
	ops = append(ops, '(')                                  // MARK
	nested := false
	for _, arg := range args {
		switch arg := arg.(type) {
		case time.Time:
			ops = appendDatetime(ops, arg)
		case RawPickle:
			body, ok := arg.ops()
			if !ok {
				return "", errNotNestable
			}
			if nested {
				return "", errSecondRaw
			}
			nested = true
			ops = append(ops, body...)
		default:
			plain, err := plainJSON(arg)
			if err != nil {
				return "", err
			}
			ops = appendPickle(ops, plain)
		}
	}
	ops = appendText(append(ops, 't'), "kwargs") // TUPLE
	ops = append(ops, '}', 'u', opStop)          // EMPTY_DICT, SETITEMS
	return base64.StdEncoding.EncodeToString(ops), nil
}

// plainJSON returns v as the JSON data that DecodeJSON returns, whatever its Go type, because
// appendPickle knows no other types. It returns the errors of EncodeJSON.
func plainJSON(v any) (any, error) {
	text, err := EncodeJSON(v, "")
	if err != nil {
		return nil, err
	}
	return DecodeJSON(text)
}

// appendText writes the opcode BINUNICODE: the length in bytes, and the text in UTF-8.
func appendText(ops []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(append(ops, 'X'), uint32(len(text))), text...)
}

// appendDatetime writes a call of datetime.datetime with ten packed bytes and the zone, as Python's
// own pickles have it: the year in two bytes, month, day, hour, minute, second, and microseconds in
// three bytes.
func appendDatetime(ops []byte, at time.Time) []byte {
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	micros := at.Nanosecond() / 1000
	packed := []byte{byte(year >> 8), byte(year), byte(month), byte(day), byte(hour), byte(minute), byte(second),
		byte(micros >> 16), byte(micros >> 8), byte(micros)}
	if isSecondOfTwo(at) {
		packed[2] |= foldBit
	}
	ops = append(ops, "cdatetime\ndatetime\n(C"...) // GLOBAL, MARK, SHORT_BINBYTES
	ops = append(append(ops, byte(len(packed))), packed...)
	return append(appendZone(ops, at), "tR"...) // TUPLE, REDUCE
}

// appendZone writes the time zone of at: a ZoneInfo if the zone has a name that Python can look up,
// otherwise datetime.timezone with the offset at that time, which is datetime.timezone.utc for UTC.
func appendZone(ops []byte, at time.Time) []byte {
	if zone := at.Location(); zone != time.UTC && isNamed(at) {
		ops = append(ops, "czoneinfo\nZoneInfo._unpickle\n("...)
		return append(appendText(ops, zone.String()), "K\x01tR"...) // the 1 is from_cache=True
	}
	_, offset := at.Zone()
	ops = append(ops, "cdatetime\ntimezone\n(cdatetime\ntimedelta\n(K\x00"...) // 0 days
	if offset == 0 {
		ops = append(ops, "K\x00"...)
	} else {
		ops = binary.LittleEndian.AppendUint32(append(ops, 'J'), uint32(int32(offset))) // BININT, the seconds
	}
	return append(ops, "K\x00tRtR"...) // 0 microseconds
}

// isNamed returns true if the zone of at has its name in the time zone database. A zone of
// time.FixedZone is not in it, and time.Local is called "Local" unless TZ names the zone.
func isNamed(at time.Time) bool {
	name := at.Location().String()
	if name == "" || name == "Local" {
		return false
	}
	if since, until := at.ZoneBounds(); !since.IsZero() || !until.IsZero() {
		return true // a fixed zone never changes
	}
	named, err := time.LoadLocation(name)
	if err != nil {
		return false
	}
	_, offset := at.Zone()
	_, want := at.In(named).Zone()
	return offset == want
}

// isSecondOfTwo returns true if local clocks showed the same time once before, because they were
// put back in between. Python's datetime marks the second time with fold=1.
func isSecondOfTwo(at time.Time) bool {
	since, _ := at.ZoneBounds()
	if since.IsZero() {
		return false
	}
	_, offset := at.Zone()
	_, before := since.Add(-time.Second).Zone()
	return at.Before(since.Add(time.Duration(before-offset) * time.Second))
}
