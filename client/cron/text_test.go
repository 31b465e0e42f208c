package cron

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	robfig "github.com/robfig/cron/v3"
	"pgregory.net/rapid"
)

func TestNormalise(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"*/5 * * * *":           "0 */5 * * * *",
		"  0\t9 * * MON-fri ":   "0 0 9 * * MON-fri",
		"30 0 12 1,15 * ?":      "30 0 12 1,15 * *",
		"0 ?/5 * ? * *":         "0 */5 * * * *",
		"0 0 0 31 dec 0-6/2":    "0 0 0 31 dec 0-6/2",
		"@yearly":               "0 0 0 1 1 *",
		"@annually":             "0 0 0 1 1 *",
		"@monthly":              "0 0 0 1 * *",
		"@weekly":               "0 0 0 * * 0",
		" @daily ":              "0 0 0 * * *",
		"@midnight":             "0 0 0 * * *",
		"@hourly":               "0 0 * * * *",
		"5/15 0-23/2 29 feb *":  "0 5/15 0-23/2 29 feb *",
		"59 59 23 31 12 SAT":    "59 59 23 31 12 SAT",
		"0 0 0 30 1,2 *":        "0 0 0 30 1,2 *",
		"0 0 0 30 2 MON":        "0 0 0 30 2 MON",
		"0 0 1-23/23 * * *":     "0 0 1-23/23 * * *",
		"*/60 */24 * * *":       "0 */60 */24 * * *",
		"00 07 * * *":           "0 00 07 * * *",
		"1,2,3-4/1 * * * * *":   "1,2,3-4/1 * * * * *",
		"0 0 0 * jan,FEB,3 sun": "0 0 0 * jan,FEB,3 sun",
	} {
		got, err := Normalise(text)
		if err != nil || got != want {
			t.Errorf("Normalise(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestNormaliseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                             "it is empty",
		" \n":                          "it is empty",
		"* * * *":                      "it has 4 fields",
		"* * * * * * 2026":             "it has 7 fields",
		"@every 1h":                    "@every has no fixed ticks",
		"@reboot":                      "@reboot is no descriptor; there are @yearly,",
		"@daily 5":                     "@daily 5 is no descriptor",
		"TZ=UTC * * * * *":             "give it as cron_timezone",
		"CRON_TZ=UTC":                  "give it as cron_timezone",
		"60 * * * *":                   `the minute "60": end of range (60) above maximum (59)`,
		"0 24 * * *":                   `the hour "24"`,
		"0 0 0 * *":                    `the day of month "0": beginning of range (0) below minimum (1)`,
		"0 0 * 13 *":                   `the month "13"`,
		"*/90 * * * *":                 `the minute "*/90": the step 90 is larger than the 60 values from 0 to 59, so that it would mean 0 alone`,
		"0 */25 * * *":                 `the hour "*/25": the step 25 is larger than the 24 values from 0 to 23`,
		"0 0 1-23/99999 * * *":         `the hour "1-23/99999": the step 99999 is larger than the 23 values from 1 to 23`,
		"50/15 * * * *":                `the minute "50/15": the step 15 is larger than the 10 values from 50 to 59, so that it would mean 50 alone`,
		"0 0 31 2 *":                   "it has no tick: none of its months has such a day",
		"0 0 30 2 *":                   "it has no tick",
		"0 0 31 4,6,9,11 *":            "it has no tick",
		"0 0 0 L * *":                  `the day of month "L"`,
		"@hourly @daily":               "is no descriptor",
		"0 0 * * 7":                    `the day of week "7": end of range (7) above maximum (6) (Sunday is 0)`,
		"0 0 * * L":                    `the day of week "L": "L" is no value here`,
		"0 0 * * MON#2":                `the day of week "MON#2": "MON#2" is no value, range or step`,
		"0 0 L * *":                    `the day of month "L"`,
		"MON * * * *":                  `the minute "MON": "MON" is no value here`,
		"*/0 * * * *":                  "step of range should be a positive number",
		"5-2 * * * *":                  "beginning of range (5) beyond end of range (2)",
		", * * * *":                    `the minute ",": "" is no value, range or step`,
		"1,,2 * * * *":                 `"" is no value`,
		"*-3 * * * *":                  `"*-3" is no value, range or step`,
		"1-2-3 * * * *":                `"1-2-3" is no value`,
		"-1 * * * *":                   `"-1" is no value`,
		"1/2/3 * * * *":                `"1/2/3" is no value`,
		"99999999999999999999 * * * *": "is no value here",
	} {
		got, err := Normalise(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Normalise(%q) = %q, %v, want an error with %q", text, got, err, want)
		}
	}
}

// The Go SDK must read a stored text, and its parser takes six fields and descriptors, and
// mean the same there.
func TestNormalisedMeansTheSame(t *testing.T) {
	t.Parallel()
	five := robfig.NewParser(robfig.SecondOptional | sixFields | robfig.Descriptor)
	six := robfig.NewParser(sixFields)
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		normal, err := Normalise(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want, err := five.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := six.Parse(normal)
		if err != nil {
			t.Fatal(err)
		}
		if *got.(*robfig.SpecSchedule) != *want.(*robfig.SpecSchedule) {
			t.Fatalf("%q is %+v, but %q is %+v", text, want, normal, got)
		}
		again, err := Normalise(normal)
		if err != nil || again != normal {
			t.Fatalf("normalised again, %q is %q, %v", normal, again, err)
		}
	})
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"* * * * *", "0 0 0 1 1 *", "@daily", "TZ=", "CRON_TZ=x", "*/5 1-3,7 ? JAN SUN", "@every 1s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		normal, err := Normalise(text)
		if err != nil {
			return
		}
		if _, err := robfig.NewParser(sixFields).Parse(normal); err != nil {
			t.Fatalf("Normalise(%q) = %q, which robfig refuses: %v", text, normal, err)
		}
	})
}

// texts draws cron texts that are right, in five or six fields.
func texts() *rapid.Generator[string] {
	return anyTexts().Filter(func(text string) bool {
		_, err := Normalise(text)
		return !errors.Is(err, errNoTick)
	})
}

func anyTexts() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		fields := []string{
			field(0, 59).Draw(t, "minute"), field(0, 23).Draw(t, "hour"), field(1, 31).Draw(t, "day"),
			field(1, 12).Draw(t, "month"), field(0, 6).Draw(t, "weekday"),
		}
		if rapid.Bool().Draw(t, "seconds") {
			fields = append([]string{field(0, 59).Draw(t, "second")}, fields...)
		}
		return strings.Join(fields, " ")
	})
}

func field(low, high int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		items := rapid.SliceOfN(item(low, high), 1, 3).Draw(t, "items")
		return strings.Join(items, ",")
	})
}

func item(low, high int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		from := rapid.IntRange(low, high).Draw(t, "from")
		to := rapid.IntRange(from, high).Draw(t, "to")
		base := rapid.SampledFrom([]string{"*", "?", fmt.Sprint(from), fmt.Sprintf("%d-%d", from, to)}).Draw(t, "base")
		if rapid.Bool().Draw(t, "stepped") {
			count := map[bool]int{true: to - from + 1, false: high - from + 1}[strings.Contains(base, "-")]
			base += fmt.Sprintf("/%d", rapid.IntRange(1, count).Draw(t, "step"))
		}
		return base
	})
}
