package cron

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a machine without zone files knows the zones too

	robfig "github.com/robfig/cron/v3"
)

// ErrTooMany says that there are more ticks than were asked for at most.
var ErrTooMany = errors.New("too many ticks")

// A Schedule is a cron text in a time zone.
type Schedule struct {
	fields robfig.Schedule
	zone   *time.Location
}

// Zone finds an IANA time zone; no name is UTC. The error names an unknown one.
func Zone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("unknown time zone %q: a name such as Europe/Berlin is wanted", name)
	}
	return zone, nil
}

// Parse reads a cron text in any form that Normalise takes.
func Parse(text, timezone string) (*Schedule, error) {
	normal, err := Normalise(text)
	if err != nil {
		return nil, err
	}
	zone, err := Zone(timezone)
	if err != nil {
		return nil, err
	}
	fields, err := robfig.NewParser(sixFields).Parse("CRON_TZ=" + zone.String() + " " + normal)
	return &Schedule{fields, zone}, err
}

// Zone is where the fields are read: a local time that does not exist fires not at all, one that comes twice fires
// twice.
func (s *Schedule) Zone() *time.Location { return s.zone }

// Ticks gives the times strictly between two, in order and in UTC. More than most of them are ErrTooMany. A text
// that can never fire, such as one for 30 February, has none.
func (s *Schedule) Ticks(start, end time.Time, most int) ([]time.Time, error) {
	var ticks []time.Time
	for t := s.next(start); !t.IsZero() && t.Before(end); t = s.next(t) {
		if len(ticks) == most {
			return nil, ErrTooMany
		}
		ticks = append(ticks, t)
	}
	return ticks, nil
}

func (s *Schedule) next(t time.Time) time.Time { return s.fields.Next(t.UTC()) }

// Next is the first tick after a time, in UTC; zero for a text that never fires again.
func (s *Schedule) Next(after time.Time) time.Time { return s.next(after) }
