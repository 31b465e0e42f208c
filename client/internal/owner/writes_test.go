package owner_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/owner"
)

// Each SDK can run the schedules that it writes.
func TestAScheduleInTheFormOfItsSDKHasNoTrouble(t *testing.T) {
	t.Parallel()
	for _, sdk := range owner.SDKs() {
		class, err := sdk.ScheduleClass("shop.Orders")
		if err != nil {
			t.Fatal(err)
		}
		text, err := sdk.EncodeContext("north")
		if err != nil {
			t.Fatal(err)
		}
		zone := "UTC"
		if trouble := sdk.Trouble(owner.StoredSchedule{Schedule: "0 0 3 * * *", Context: text, Timezone: &zone, Class: class}); trouble != "" {
			t.Errorf("%s: %s", sdk, trouble)
		}
		for _, other := range owner.SDKs() {
			if foreign, _ := other.EncodeContext(map[string]any{"a": int64(1)}); other != sdk && sdk.Reads(foreign) {
				t.Errorf("%s reads %q of %s", sdk, foreign, other)
			}
		}
	}
}

func TestTroubleNamesWhatAnSDKCannotFire(t *testing.T) {
	t.Parallel()
	utc, empty := "UTC", ""
	for name, c := range map[string]struct {
		sdk    owner.SDK
		stored owner.StoredSchedule
		part   string
	}{
		"no zone":        {owner.Go, owner.StoredSchedule{Schedule: "0 0 3 * * *"}, "time zone is NULL"},
		"five fields":    {owner.Go, owner.StoredSchedule{Schedule: "0 3 * * *", Timezone: &utc}, "five fields"},
		"an empty zone":  {owner.Java, owner.StoredSchedule{Schedule: "0 0 3 * * *", Timezone: &empty, Class: &utc}, "time zone is empty"},
		"no class":       {owner.Java, owner.StoredSchedule{Schedule: "0 0 3 * * *", Timezone: &utc}, "class is NULL"},
		"a pickle":       {owner.Go, owner.StoredSchedule{Schedule: "0 0 3 * * *", Timezone: &utc, Context: "gASV"}, "a pickle"},
		"no such minute": {owner.Go, owner.StoredSchedule{Schedule: "0 70 3 * * *", Timezone: &utc}, "70"},
	} {
		if trouble := c.sdk.Trouble(c.stored); !strings.Contains(trouble, c.part) {
			t.Errorf("%s: %q does not contain %q", name, trouble, c.part)
		}
	}
	if _, err := owner.Java.ScheduleClass(""); err == nil {
		t.Error("Java has a schedule without a class")
	}
}

func TestEachSDKSpellsATick(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tick, seen := time.Date(2026, 7, 1, 3, 0, 0, 0, berlin), map[string]owner.SDK{}
	for _, sdk := range owner.SDKs() {
		text := sdk.Tick(tick, berlin)
		if other, twice := seen[text]; twice {
			t.Errorf("%s and %s both spell %q", other, sdk, text)
		}
		seen[text] = sdk
	}
}
