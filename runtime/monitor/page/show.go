package page

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// took returns a duration in at most three digits and a unit, or two units: "120 ms", "1.25 s",
// "3 min 20 s".
func took(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Millisecond && d > 0:
		return "< 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", d.Seconds()), "0"), ".") + " s"
	}
	for _, u := range []struct {
		whole, part time.Duration
		name, below string
	}{{24 * time.Hour, time.Hour, "d", "h"}, {time.Hour, time.Minute, "h", "min"}, {time.Minute, time.Second, "min", "s"}} {
		if d < u.whole {
			continue
		}
		if rest := d % u.whole / u.part; rest > 0 {
			return fmt.Sprintf("%d %s %d %s", d/u.whole, u.name, rest, u.below)
		}
		return fmt.Sprintf("%d %s", d/u.whole, u.name)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}

// roughly returns how far a time is away, in one unit: "in 5 min", "3 h ago".
func roughly(at, now time.Time) string {
	away := at.Sub(now)
	far := away.Abs()
	text := ""
	switch {
	case far < time.Second:
		return "now"
	case far < time.Minute:
		text = fmt.Sprintf("%d s", far/time.Second)
	case far < time.Hour:
		text = fmt.Sprintf("%d min", far/time.Minute)
	case far < 48*time.Hour:
		text = fmt.Sprintf("%d h", far/time.Hour)
	default:
		text = fmt.Sprintf("%d days", far/(24*time.Hour))
	}
	if away > 0 {
		return "in " + text
	}
	return text + " ago"
}

// moment returns a time of day, with its date unless it is today.
func moment(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	ay, am, ad := at.Date()
	switch ny, nm, nd := now.In(at.Location()).Date(); {
	case ay == ny && am == nm && ad == nd:
		return at.Format("15:04:05")
	case ay == ny:
		return at.Format("2 Jan 15:04:05")
	}
	return at.Format("2 Jan 2006 15:04:05")
}

// shownOutcomes are the outcomes that the style sheet has a colour for.
var shownOutcomes = map[string]bool{"running": true, "success": true, "partial": true, "failed": true, "denied": true, "timeout": true, "interrupted": true}

// tone returns the class of an outcome in the style sheet.
func tone(outcome string) string {
	if shownOutcomes[outcome] {
		return outcome
	}
	return "other"
}

// tally returns the outcomes of runs in words, for people who do not see the picture.
func tally(runs []Run) string {
	runs = runs[:min(len(runs), recent)]
	count, order := map[string]int{}, []string{}
	for _, r := range runs {
		if count[r.Outcome]++; count[r.Outcome] == 1 {
			order = append(order, r.Outcome)
		}
	}
	for i, outcome := range order {
		order[i] = fmt.Sprintf("%d %s", count[outcome], outcome)
	}
	return fmt.Sprintf("the last runs: %s", strings.Join(order, ", "))
}

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", count, noun)
}

func scriptPath(name string) string { return "/scripts/" + url.PathEscape(name) }
func runPath(id string) string      { return "/runs/" + url.PathEscape(id) }

// clean returns a text without characters that a browser does not show, or that turn the direction
// of the text around: each becomes the replacement character.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.Is(unicode.Cc, r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f':
			return '\uFFFD'
		}
		return r
	}, text)
}
