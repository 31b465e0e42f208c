package cron

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Dialect is the way in which one SDK reads cron texts.
type Dialect string

// The dialects. Go reads as robfig/cron, Python as croniter with the seconds first, TypeScript by a
// matcher of the SDK, and Java as cron-utils for Spring 5.3.
const (
	Go         Dialect = "Go"
	Python     Dialect = "Python"
	TypeScript Dialect = "TypeScript"
	Java       Dialect = "Java"
)

// rules holds the differences between the dialects.
type rules struct {
	name Dialect

	lengths   []int // how many fields a text may have: 5 begin with the minutes, 6 and 7 with the seconds
	nicknames bool  // @daily and the like
	sunday7   bool  // 7 is Sunday too
	lone7     bool  // 7 is a weekday, but none that ever comes
	wraps     bool  // 22-2 goes on from the start of the field
	openStep  bool  // 10/5 is 10-59/5
	longNames bool  // months and weekdays have their whole names too
	both      bool  // day and weekday must match

	special func(f *fields, field int, item string) bool // reads items such as L and 5#2; nil for none
}

func (d Dialect) rules() rules {
	switch d {
	case Python:
		return rules{name: d, lengths: []int{5, 6, 7}, nicknames: true, sunday7: true, openStep: true, special: pythonDays}
	case TypeScript:
		return rules{name: d, lengths: []int{5, 6}, nicknames: true, sunday7: true, wraps: true, longNames: true, both: true, special: typescriptDays}
	case Java:
		return rules{name: d, lengths: []int{6}, nicknames: true, sunday7: true, openStep: true, special: typescriptDays}
	}
	return rules{name: Go, lengths: []int{5, 6}, nicknames: true, openStep: true} // of five dbos-script once stored some
}

// limits are the least and the greatest value of each field, the last one being the year.
var limits = [...][2]int{{0, 59}, {0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}, {1970, 2099}}

// The indexes of fields in a text of seven, which begins with the seconds.
const (
	dayField     = 3
	monthField   = 4
	weekdayField = 5
	yearField    = 6
)

var (
	monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
		"november", "december"}
	weekdayNames = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// read reads a text. The error names the field.
func (d rules) read(text string) (*fields, error) {
	words := strings.Fields(text)
	if len(words) == 1 && d.nicknames {
		for _, nick := range descriptors {
			if nick.name == strings.ToLower(words[0]) {
				words = strings.Fields(nick.fields)
			}
		}
	}
	if len(words) > 0 && words[0] == "@every" {
		return nil, errors.New("the ticks of @every depend on when the application started")
	}
	if !slices.Contains(d.lengths, len(words)) {
		return nil, fmt.Errorf("it has %d fields, and %s applications read %s", len(words), d.name, numbers(d.lengths))
	}
	if d.name == Python {
		d.lone7 = len(words) > 5
	}
	if len(words) == 5 {
		words = append([]string{"0"}, words...)
	}
	f := &fields{both: d.both, nthAlone: d.name == Python}
	for i, word := range words {
		if err := d.readField(f, i, word); err != nil {
			return nil, fmt.Errorf("the %s %q: %w", fieldNames[i], word, err)
		}
	}
	if d.name == Python {
		f.pythonStars(words)
	}
	return f, nil
}

func numbers(list []int) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ", ")
}

// readField reads one of the fields, which i counts from 0 for the seconds.
func (d rules) readField(f *fields, i int, word string) error {
	values := map[int]bool{}
	for _, item := range strings.Split(strings.ToLower(word), ",") {
		if d.special != nil && (i == dayField || i == weekdayField) {
			if d.special(f, i, d.numbered(i, item)) {
				continue
			}
		}
		star, err := d.readItem(values, i, item)
		if err != nil {
			return err
		}
		f.anyDay = f.anyDay || star && i == dayField
		f.anyWeekday = f.anyWeekday || star && i == weekdayField
	}
	if i == weekdayField {
		values = d.weekdays(values)
		f.weekdays = len(values)
		delete(values, 7)
	}
	f.set(i, values)
	return nil
}

// weekdays replaces 7 by 0 where both are Sunday.
func (d rules) weekdays(values map[int]bool) map[int]bool {
	if values[7] && !d.lone7 {
		values[0] = true
		delete(values, 7)
	}
	return values
}

func (f *fields) set(i int, values map[int]bool) {
	if i == yearField {
		f.years = values
		return
	}
	var set uint64
	for value := range maps.Keys(values) {
		set |= 1 << uint(value)
	}
	*[]*uint64{&f.second, &f.minute, &f.hour, &f.day, &f.month, &f.weekday}[i] = set
}

// readItem adds the values of one item. It returns true if it is a star that restricts nothing.
func (d rules) readItem(values map[int]bool, i int, item string) (bool, error) {
	body, stepText, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return false, fmt.Errorf("%q is no step", stepText)
		}
	}
	low, high, star := limits[i][0], limits[i][1], body == "*" || body == "?"
	if stepped {
		high = d.last(i)
	}
	if !star {
		var err error
		if low, high, err = d.bounds(i, body, stepped); err != nil {
			return false, err
		}
	}
	if low > high {
		high += limits[i][1] - limits[i][0] + 1
	}
	for value := low; value <= high; value += step {
		values[d.wrapped(i, value)] = true
	}
	return star && step == 1, nil
}

// wrapped returns a value of a range, which goes on from the start of the field behind its end.
func (d rules) wrapped(i, value int) int {
	most := limits[i][1]
	if i == weekdayField && d.sunday7 {
		most = 7
	}
	if value > most {
		return value - (limits[i][1] - limits[i][0] + 1)
	}
	return value
}

// bounds reads a value or a range.
func (d rules) bounds(i int, body string, stepped bool) (low, high int, err error) {
	lowText, highText, ranged := strings.Cut(body, "-")
	if low, err = d.value(i, lowText); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged:
		if high, err = d.value(i, highText); err != nil {
			return 0, 0, err
		}
	case stepped && d.openStep:
		return low, d.last(i), nil
	case stepped:
		return 0, 0, errors.New("a step needs a range")
	default:
		return low, low, nil
	}
	if low > high && i == weekdayField && high == 0 && d.sunday7 && !d.wraps {
		high = 7
	}
	if low > high && !d.wraps {
		return 0, 0, fmt.Errorf("the range %q goes backwards", body)
	}
	return low, high, nil
}

// last returns the value up to which a step without an end goes.
func (d rules) last(i int) int {
	if i == weekdayField && d.name == Python {
		return 7
	}
	return limits[i][1]
}

// value reads a number or a name of a field.
func (d rules) value(i int, text string) (int, error) {
	value, err := strconv.Atoi(d.numbered(i, text))
	most := limits[i][1]
	if i == weekdayField && d.sunday7 {
		most = 7
	}
	if err != nil || text[0] == '+' || text[0] == '-' {
		return 0, fmt.Errorf("%q is no value here", strings.ToUpper(text))
	}
	if value < limits[i][0] || value > most {
		return 0, fmt.Errorf("%d is not within %d to %d", value, limits[i][0], most)
	}
	return value, nil
}

// numbered replaces names in a month or a weekday by their numbers.
func (d rules) numbered(i int, item string) string {
	names, first := monthNames, 1
	if i == weekdayField {
		names, first = weekdayNames, 0
	}
	if i != monthField && i != weekdayField {
		return item
	}
	for n, name := range names {
		if d.longNames {
			item = strings.ReplaceAll(item, name, strconv.Itoa(n+first))
		}
		item = strings.ReplaceAll(item, name[:3], strconv.Itoa(n+first))
	}
	return item
}
