package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// calendar reads the classes of Python's datetime module, which pack their
// fields into a few bytes: year (2), month, day, hour, minute, second,
// microsecond (3).
func (c converter) calendar(class string, args []any) (any, error) {
	if class == "datetime.timedelta" {
		return timedelta(args)
	}
	if len(args) == 0 {
		return nil, errArgs
	}
	packed, ok := rawBytes(args[0])
	if !ok {
		return nil, errArgs
	}
	switch {
	case class == "datetime.datetime" && len(packed) == 10:
		return datetime(packed, args[1:])
	case class == "datetime.date" && len(packed) == 4:
		return fmt.Sprintf("%04d-%02d-%02d", year(packed), packed[2], packed[3]), nil
	case class == "datetime.time" && len(packed) == 6:
		return clockIn(packed, args[1:])
	}
	return nil, errArgs
}

func year(packed []byte) int { return int(binary.BigEndian.Uint16(packed)) }

func microseconds(packed []byte) int {
	return int(packed[0])<<16 | int(packed[1])<<8 | int(packed[2])
}

// foldBit marks the second of two equal wall times when clocks go back.
const foldBit = 0x80

func datetime(packed []byte, zone []any) (any, error) {
	location := time.UTC
	if len(zone) > 0 {
		var err error
		if location, err = timezone(zone[0]); err != nil {
			return nil, err
		}
	}
	month := time.Month(packed[2] &^ foldBit)
	if month < 1 || month > 12 || packed[3] < 1 || packed[3] > 31 || packed[4] > 23 || packed[5] > 59 || packed[6] > 59 {
		return nil, errArgs
	}
	wall := time.Date(year(packed), month, int(packed[3]), int(packed[4]), int(packed[5]), int(packed[6]),
		1000*microseconds(packed[7:]), time.UTC)
	return instant(wall, location, packed[2]&foldBit != 0), nil
}

// instant returns the time when clocks in location show wall, as Python reads
// it: of two such times the first unless fold is set, and for a wall time that
// clocks skip by the offset before the change, or after it if fold is set.
func instant(wall time.Time, location *time.Location, fold bool) time.Time {
	first, firstShown := reading(wall, location, -24*time.Hour)
	second, secondShown := reading(wall, location, 24*time.Hour)
	if fold {
		first, second, firstShown, secondShown = second, first, secondShown, firstShown
	}
	if secondShown && !firstShown {
		return second
	}
	return first
}

// reading returns the time of wall by the offset in force a while away, and whether that offset is
// in force at that time.
func reading(wall time.Time, location *time.Location, away time.Duration) (time.Time, bool) {
	_, offset := wall.Add(away).In(location).Zone()
	at := wall.Add(-time.Duration(offset) * time.Second)
	_, actual := at.In(location).Zone()
	return at, actual == offset
}

func clock(packed []byte) string {
	text := fmt.Sprintf("%02d:%02d:%02d", packed[0]&^foldBit, packed[1], packed[2])
	if us := microseconds(packed[3:]); us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}

// clockIn returns the text of a time of day, with the offset of its zone if that is a fixed one.
func clockIn(packed []byte, zone []any) (any, error) {
	text := clock(packed)
	if len(zone) == 0 || zone[0] == nil {
		return text, nil
	}
	location, err := timezone(zone[0])
	if err != nil {
		return nil, err
	}
	if location.String() != "" && location != time.UTC {
		return text, nil // the offset depends on the day
	}
	return text + time.Time{}.In(location).Format("-07:00"), nil
}

// timezone reads a fixed offset, or the name of a zone from the time zone
// database.
func timezone(v any) (*time.Location, error) {
	object, ok := v.(*pyObject)
	if v == nil {
		return time.UTC, nil
	}
	if !ok || len(object.args) == 0 {
		return nil, notPlain("its time zone")
	}
	if class, ok := object.callable.(*pyClass); ok && class.String() == "datetime.timezone" {
		return fixedZone(object.args[0])
	}
	if name, ok := object.args[0].(string); ok && name != "Local" && isZoneInfo(object.callable) {
		return time.LoadLocation(name)
	}
	return nil, notPlain("its time zone")
}

func fixedZone(offset any) (*time.Location, error) {
	object, ok := offset.(*pyObject)
	if !ok {
		return nil, errArgs
	}
	if class, ok := object.callable.(*pyClass); !ok || class.String() != "datetime.timedelta" {
		return nil, errArgs
	}
	seconds, err := timedelta(object.args)
	if err != nil || math.Abs(seconds) >= 86_400 {
		return nil, errArgs
	}
	return time.FixedZone("", int(seconds)), nil
}

// isZoneInfo reports zoneinfo.ZoneInfo's own constructor, which older
// protocols reach by getattr.
func isZoneInfo(callable any) bool {
	switch callable := callable.(type) {
	case *pyClass:
		return callable.module == "zoneinfo" && callable.name == "ZoneInfo._unpickle"
	case *pyObject:
		getattr, ok := callable.callable.(*pyClass)
		if !ok || getattr.String() != "builtins.getattr" || len(callable.args) != 2 {
			return false
		}
		class, ok := callable.args[0].(*pyClass)
		return ok && class.String() == "zoneinfo.ZoneInfo" && callable.args[1] == "_unpickle"
	}
	return false
}

// timedelta returns days, seconds and microseconds as seconds.
func timedelta(args []any) (float64, error) {
	if len(args) != 3 {
		return 0, errArgs
	}
	var part [3]float64
	for i := range part {
		n, ok := args[i].(int64)
		if !ok {
			return 0, errArgs
		}
		part[i] = float64(n)
	}
	return part[0]*86_400 + part[1] + part[2]/1_000_000, nil
}
