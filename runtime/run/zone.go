package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// LocalZone returns the machine's time zone under its IANA name, or time.Local if it has none.
func LocalZone() *time.Location {
	name, set := os.LookupEnv("TZ")
	if !set {
		target, _ := filepath.EvalSymlinks("/etc/localtime")
		_, name, _ = strings.Cut(target, "zoneinfo/")
	}
	if zone, err := time.LoadLocation(strings.TrimPrefix(name, ":")); err == nil && (set || name != "") {
		return named(zone)
	}
	return time.Local
}

// named returns UTC for the zones that are UTC under another name.
func named(zone *time.Location) *time.Location {
	switch zone.String() {
	case "", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu":
		return time.UTC
	}
	return zone
}

// ParseZone returns the time zone of a name such as "Europe/Berlin", "UTC" or "local", however its
// letters are written. An error has the nearest name.
func ParseZone(name string) (*time.Location, error) {
	switch strings.ToLower(name) {
	case "utc", "z":
		return time.UTC, nil
	case "local":
		return LocalZone(), nil
	}
	for _, known := range zoneNames() {
		if strings.EqualFold(known, name) {
			zone, err := time.LoadLocation(known)
			if err == nil {
				return named(zone), nil
			}
		}
	}
	return nil, fmt.Errorf("there is no time zone %q%s", name, nearestZone(name))
}

// nearestZone returns a hint at a zone with a similar name, or with a city of a similar name.
func nearestZone(name string) string {
	names := zoneNames()
	cities, zones := make([]string, 0, len(names)), map[string]string{}
	for _, known := range names {
		if _, city, found := strings.Cut(known, "/"); found {
			city = strings.ToLower(city)
			cities, zones[city] = append(cities, city), known
		}
	}
	if near := declare.Suggest(strings.ReplaceAll(strings.ToLower(name), " ", "_"), cities); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", zones[near])
	}
	return declare.DidYouMean(name, append(names, "UTC", "local"))
}

// zoneFolder is where Unix systems keep their zones.
const zoneFolder = "/usr/share/zoneinfo"

// commonZones stand in for the zones of a system that keeps no files of them.
const commonZones = "Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Argentina/Buenos_Aires America/Bogota America/Chicago " +
	"America/Denver America/Los_Angeles America/Mexico_City America/New_York America/Sao_Paulo America/Toronto America/Vancouver Asia/Bangkok " +
	"Asia/Dubai Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Karachi Asia/Kolkata Asia/Manila Asia/Seoul Asia/Shanghai Asia/Singapore " +
	"Asia/Taipei Asia/Tokyo Australia/Melbourne Australia/Perth Australia/Sydney Europe/Amsterdam Europe/Athens Europe/Berlin Europe/Brussels " +
	"Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv Europe/Lisbon Europe/London Europe/Madrid Europe/Oslo Europe/Paris Europe/Prague " +
	"Europe/Rome Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich Pacific/Auckland Pacific/Honolulu"

// zoneNames returns the names of the zones that the system has files of, or common ones.
func zoneNames() []string {
	var names []string
	_ = filepath.WalkDir(zoneFolder, func(path string, entry os.DirEntry, err error) error {
		name := strings.TrimPrefix(path, zoneFolder+"/")
		switch {
		case err != nil:
			return nil
		case entry.IsDir() && (name == "posix" || name == "right"):
			return filepath.SkipDir
		case !entry.IsDir() && name[0] >= 'A' && name[0] <= 'Z':
			names = append(names, name)
		}
		return nil
	})
	if len(names) == 0 {
		return strings.Fields(commonZones)
	}
	return names
}
