package cron

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	nthItem      = regexp.MustCompile(`^([0-7])(?:-([0-7]))?#([1-5])$`)
	lastWeekday  = regexp.MustCompile(`^([0-7])l$`)
	lastAsPrefix = regexp.MustCompile(`^l([0-7])$`)
	nearestItem  = regexp.MustCompile(`^([0-9]{1,2}|l)w$`)
	beforeEnd    = regexp.MustCompile(`^l-([0-9]{1,2})$`)
)

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// pythonDays reads l for the last day of the month, l5 for the last Friday and 5#2 for the second
// one.
func pythonDays(f *fields, field int, item string) bool {
	if field == dayField {
		if item == "l" {
			f.beforeEnd = append(f.beforeEnd, 0)
		}
		return item == "l"
	}
	if last := lastAsPrefix.FindStringSubmatch(item); last != nil {
		f.nthWeekday = append(f.nthWeekday, nth{number(last[1]) % 7, 0})
		return true
	}
	return f.addNth(item)
}

// typescriptDays reads L, L-3, 15W and LW among the days, 5L and 5#2 among the weekdays.
func typescriptDays(f *fields, field int, item string) bool {
	if field == dayField {
		return f.addDay(item)
	}
	if last := lastWeekday.FindStringSubmatch(item); last != nil {
		f.nthWeekday = append(f.nthWeekday, nth{number(last[1]) % 7, 0})
		return true
	}
	return !strings.Contains(item, "-") && f.addNth(item)
}

func (f *fields) addNth(item string) bool {
	found := nthItem.FindStringSubmatch(item)
	if found == nil {
		return false
	}
	from, to := number(found[1]), number(found[1])
	if found[2] != "" {
		to = number(found[2])
	}
	for weekday := from; weekday <= to; weekday++ {
		f.nthWeekday = append(f.nthWeekday, nth{weekday % 7, number(found[3])})
	}
	return true
}

func (f *fields) addDay(item string) bool {
	if item == "l" {
		f.beforeEnd = append(f.beforeEnd, 0)
		return true
	}
	if back := beforeEnd.FindStringSubmatch(item); back != nil && number(back[1]) >= 1 && number(back[1]) <= 30 {
		f.beforeEnd = append(f.beforeEnd, number(back[1]))
		return true
	}
	target := nearestItem.FindStringSubmatch(item)
	if target == nil || number(target[1]) > 31 || target[1] == "0" || target[1] == "00" {
		return false
	}
	f.nearest = append(f.nearest, number(target[1]))
	return true
}

// pythonStars takes a day field that names all values for a star if the other one has a star in it,
// as croniter does.
func (f *fields) pythonStars(words []string) {
	const allDays = 1<<32 - 2
	f.anyDay = isStar(words[dayField]) || f.day == allDays && strings.Contains(words[weekdayField], "*")
	f.anyWeekday = isStar(words[weekdayField]) || f.weekdays == 7 && strings.Contains(words[dayField], "*")
}

func isStar(word string) bool { return word == "*" || word == "?" }
