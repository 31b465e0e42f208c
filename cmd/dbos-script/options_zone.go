package main

import (
	"time"

	"github.com/dbos-script/dbos-script/runtime/run"
)

// zone is a flag that names a time zone.
type zone struct{ *time.Location }

func (z *zone) String() string {
	if z.Location == nil {
		return ""
	}
	return z.Location.String()
}

func (z *zone) Type() string { return "ZONE" }

func (z *zone) Set(text string) (err error) {
	z.Location, err = run.ParseZone(text)
	return err
}

// location returns the zone, which is the local one if the flag is not given.
func (z *zone) location() *time.Location {
	if z.Location == nil {
		return run.LocalZone()
	}
	return z.Location
}
