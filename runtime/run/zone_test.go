package run

import (
	"strings"
	"testing"
)

func TestAZoneIsFoundByItsName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Europe/Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "utc": "UTC", "Etc/UTC": "UTC", "Z": "UTC"} {
		if zone, err := ParseZone(name); err != nil || zone.String() != want {
			t.Errorf("%s: %v, %v, want %s", name, zone, err, want)
		}
	}
	for name, want := range map[string]string{
		"Berlin": `did you mean "Europe/Berlin"?`, "Europe/Berlim": `did you mean "Europe/Berlin"?`, "new york": `did you mean "America/New_York"?`,
		"berlim": `did you mean "Europe/Berlin"?`, "": `there is no time zone ""`, "../etc/passwd": `there is no time zone "../etc/passwd"`, "UTCC": `did you mean "Etc/UTC"?`,
	} {
		if _, err := ParseZone(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestTheLocalZoneFollowsTheEnvironment(t *testing.T) {
	for value, want := range map[string]string{"Asia/Tokyo": "Asia/Tokyo", ":Asia/Tokyo": "Asia/Tokyo", "": "UTC", "UTC": "UTC"} {
		t.Setenv("TZ", value)
		if got := LocalZone().String(); got != want {
			t.Errorf("TZ=%s is %s, want %s", value, got, want)
		}
	}
}
