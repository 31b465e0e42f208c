package codec

import (
	"bytes"
	"encoding/base64"
	"errors"
	"testing"
	"time"
)

// Python looks up the name of a zone, and has no zone of the name Local or of a name that somebody
// chose.
func TestPythonGetsTheOffsetOfAZoneWithoutAName(t *testing.T) {
	t.Parallel()
	zone := func(name string) *time.Location {
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return location
	}
	tests := map[string]struct {
		zone *time.Location
		want string // the name that is written; if empty, it is the offset
	}{
		"local":               {zone: time.FixedZone("Local", 3600)}, // as time.Local is called without TZ
		"no name":             {zone: time.FixedZone("", 2*3600)},
		"west":                {zone: time.FixedZone("", -(3*3600 + 1800))},
		"a made-up name":      {zone: time.FixedZone("Office/Hours", 3600)},
		"another zone's name": {zone: time.FixedZone("Europe/Berlin", 5*3600)},
		"named":               {zone: zone("Europe/Berlin"), want: "Europe/Berlin"},
		"named and constant":  {zone: zone("Etc/GMT+5"), want: "Etc/GMT+5"},
		"UTC":                 {zone: time.UTC},
	}
	for name, test := range tests {
		at := time.Date(2026, 7, 1, 12, 30, 0, 1000, test.zone)
		text, err := encodePythonArgs(PythonArgs{at})
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := decodePickle(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := decoded.(map[string]any)["args"].([]any)[0].(time.Time)
		ops, _ := base64.StdEncoding.DecodeString(text)
		_, after, named := bytes.Cut(ops, []byte("ZoneInfo._unpickle\n(X"))
		if !got.Equal(at) || named != (test.want != "") || named && !bytes.HasPrefix(after[4:], []byte(test.want)) {
			t.Errorf("%s: %v in %q, want %v in the zone %q", name, got, ops, at, test.want)
		}
	}
}

// A second pickle would take the objects of the first for its own.
func TestPythonArgsHoldOneRawPickle(t *testing.T) {
	t.Parallel()
	raw := RawPickle(pickled("\x80\x04\x8c\x01a\x94h\x00\x86.")) // ("a", "a"), the second from the memo
	if _, err := encodePythonArgs(PythonArgs{1, raw, "b"}); err != nil {
		t.Error(err)
	}
	if _, err := encodePythonArgs(PythonArgs{raw, raw}); !errors.Is(err, errSecondRaw) {
		t.Errorf("two: %v", err)
	}
	if _, err := encodePythonArgs(PythonArgs{RawPickle("no pickle")}); !errors.Is(err, errNotNestable) {
		t.Errorf("no pickle: %v", err)
	}
}
