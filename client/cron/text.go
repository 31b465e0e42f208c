package cron

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	robfig "github.com/robfig/cron/v3"
)

// sixFields is the only form the Go SDK reads.
const sixFields = robfig.Second | robfig.Minute | robfig.Hour | robfig.Dom | robfig.Month | robfig.Dow

// descriptors maps the named schedules to six fields.
var descriptors = []struct{ name, fields string }{
	{"@yearly", "0 0 0 1 1 *"},
	{"@annually", "0 0 0 1 1 *"},
	{"@monthly", "0 0 0 1 * *"},
	{"@weekly", "0 0 0 * * 0"},
	{"@daily", "0 0 0 * * *"},
	{"@midnight", "0 0 0 * * *"},
	{"@hourly", "0 0 * * * *"},
}

// fieldNames say which field a message is about.
var fieldNames = []string{"second", "minute", "hour", "day of month", "month", "day of week", "year"}

// element is one item of a field's list: a star, a value or a range, each perhaps with a step.
// robfig lets more pass, such as an empty field without a value, or *-3 as a star.
var element = regexp.MustCompile(`^([*?]|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?$`)

// Normalise returns a cron text in the form in which it is stored: six fields, the seconds first.
// Five fields mean second 0, and a descriptor such as @hourly is written out. It returns an
// error, which names the field, if the text is wrong. It refuses two forms that robfig/cron reads:
// @every, because its ticks depend on the start of the count, so a backfill could not find them
// again, and a time zone in the text, because a schedule has a field for it.
func Normalise(text string) (string, error) {
	fields := strings.Fields(text)
	switch {
	case len(fields) == 0:
		return "", errors.New("it is empty")
	case strings.HasPrefix(fields[0], "TZ=") || strings.HasPrefix(fields[0], "CRON_TZ="):
		return "", fmt.Errorf("it names a time zone (%s), which only the Go SDK reads there: give it as cron_timezone", fields[0])
	case strings.HasPrefix(fields[0], "@"):
		return expand(fields)
	case len(fields) == 5:
		fields = append([]string{"0"}, fields...)
	case len(fields) != 6:
		return "", fmt.Errorf("it has %d fields; five are wanted, or six with the seconds first", len(fields))
	}
	if err := check(fields); err != nil {
		return "", err
	}
	normal := strings.ReplaceAll(strings.Join(fields, " "), "?", "*")
	if f, err := Go.rules().read(normal); err != nil {
		return "", err
	} else if !f.hasTick() {
		return "", errNoTick
	}
	return normal, nil
}

func expand(fields []string) (string, error) {
	if fields[0] == "@every" {
		return "", errors.New(`@every has no fixed ticks: write fields, such as "*/10 * * * *" for every ten minutes`)
	}
	var names []string
	for _, d := range descriptors {
		if len(fields) == 1 && fields[0] == d.name {
			return d.fields, nil
		}
		names = append(names, d.name)
	}
	return "", fmt.Errorf("%s is no descriptor; there are %s", strings.Join(fields, " "), strings.Join(names, ", "))
}

// check looks at each field alone, so that the error can name it.
func check(fields []string) error {
	for i, field := range fields {
		if err := checkField(i, field); err != nil {
			return fmt.Errorf("the %s %q: %w", fieldNames[i], field, err)
		}
	}
	return nil
}

func checkField(i int, field string) error {
	for _, item := range strings.Split(field, ",") {
		if !element.MatchString(item) {
			return fmt.Errorf("%q is no value, range or step", item)
		}
		if err := parseAlone(i, item); err != nil {
			return err
		}
		if err := checkStep(i, item); err != nil {
			return err
		}
	}
	return nil
}

// checkStep refuses a step that is larger than its range, because */90 reads like every 90 minutes
// but has a tick every hour.
func checkStep(i int, item string) error {
	body, step, stepped := strings.Cut(item, "/")
	if !stepped {
		return nil
	}
	low, high := limits[i][0], limits[i][1]
	if body != "*" && body != "?" {
		low, high, _ = Go.rules().bounds(i, strings.ToLower(body), true)
	}
	if n, err := strconv.Atoi(step); err == nil && n <= high-low+1 {
		return nil
	}
	return fmt.Errorf("the step %s is larger than the %d values from %d to %d, so that it would mean %d alone: write that, or a smaller step",
		step, high-low+1, low, high, low)
}

// parseAlone has robfig read one item, with stars in all other fields.
func parseAlone(i int, item string) error {
	fields := []string{"*", "*", "*", "*", "*", "*"}
	fields[i] = item
	_, err := robfig.NewParser(sixFields).Parse(strings.Join(fields, " "))
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "parse int"):
		return fmt.Errorf("%q is no value here", item)
	case i == weekdayField:
		return fmt.Errorf("%s (Sunday is 0)", reason(err, item))
	}
	return errors.New(reason(err, item))
}

// reason is robfig's, without the item, which the message names already.
func reason(err error, item string) string { return strings.TrimSuffix(err.Error(), ": "+item) }
