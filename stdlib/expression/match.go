package expression

import (
	"fmt"
	"regexp"
	"strings"
)

// A Match is a place where an expression matches.
type Match struct {
	Text   string            `json:"text" doc:"The text of the match."`
	From   int               `json:"from" doc:"The place of its first byte, from 1."`
	To     int               `json:"to" doc:"The place of its last byte; one before from for a match of nothing."`
	Groups []string          `json:"groups" doc:"The texts of the groups, in the order of their parentheses; empty text for a group that took no part."`
	Named  map[string]string `json:"named" doc:"The texts of the groups with a name; a group that took no part is missing."`
}

// maxMatches is the largest number of matches of one call.
const maxMatches = 250_000

var errManyMatches = fmt.Errorf("more than %d matches; a limit makes it fewer", maxMatches)

// Places finds matches from the start, at most limit; all for a negative one. Each is a list of
// offsets in pairs, -1 for a group that took no part.
func Places(re *regexp.Regexp, text string, limit int) ([][]int, error) {
	if limit < 0 {
		limit = maxMatches + 1
	}
	found := re.FindAllStringSubmatchIndex(text, limit)
	if len(found) > maxMatches {
		return nil, errManyMatches
	}
	return found, nil
}

func matchAt(re *regexp.Regexp, text string, at []int) *Match {
	m := &Match{Text: text[at[0]:at[1]], From: at[0] + 1, To: at[1], Groups: []string{}, Named: map[string]string{}}
	for i, name := range re.SubexpNames() {
		if i == 0 {
			continue
		}
		group, took := groupAt(text, at, i)
		m.Groups = append(m.Groups, group)
		if name != "" && took {
			m.Named[name] = group
		}
	}
	return m
}

func groupAt(text string, at []int, i int) (group string, took bool) {
	if at[2*i] < 0 {
		return "", false
	}
	return text[at[2*i]:at[2*i+1]], true
}

// Find returns the first match, or nil if there is none.
func Find(re *regexp.Regexp, text string) *Match {
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return nil
	}
	return matchAt(re, text, at)
}

// FindAll returns the matches, which do not overlap: at most limit, or all if limit is negative.
func FindAll(re *regexp.Regexp, text string, limit int) ([]*Match, error) {
	found, err := Places(re, text, limit)
	matches := make([]*Match, len(found))
	for i, at := range found {
		matches[i] = matchAt(re, text, at)
	}
	return matches, err
}

// Captures returns the groups of the first match, with nil for a group that took no part. Without
// groups it returns the match itself, and without a match a single nil.
func Captures(re *regexp.Regexp, text string) []any {
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return []any{nil}
	}
	return capturesAt(text, at)
}

func capturesAt(text string, at []int) []any {
	if len(at) == 2 {
		return []any{text[at[0]:at[1]]}
	}
	captures := make([]any, 0, len(at)/2-1)
	for i := 1; i < len(at)/2; i++ {
		if group, took := groupAt(text, at, i); took {
			captures = append(captures, group)
		} else {
			captures = append(captures, nil)
		}
	}
	return captures
}

// Split returns the parts between the matches: at most limit, or all if limit is negative.
func Split(re *regexp.Regexp, text string, limit int) ([]string, error) {
	if limit < 0 {
		limit = maxMatches + 1
	}
	parts := re.Split(text, limit)
	if len(parts) > maxMatches {
		return nil, errManyMatches
	}
	return parts, nil
}

// A Replacer returns the replacement of a match from its captures and its offsets in the text.
type Replacer func(captures []any, at []int) (string, error)

// Replace replaces the matches that Places found. A result with more than most bytes is an error.
func Replace(text string, found [][]int, most int, replacement Replacer) (string, error) {
	var out strings.Builder
	end := 0
	for _, at := range found {
		made, err := replacement(capturesAt(text, at), at)
		if err != nil {
			return "", err
		}
		if out.Len()+at[0]-end+len(made)+len(text)-at[1] > most {
			return "", fmt.Errorf("the text would have more than %d bytes", most)
		}
		out.WriteString(text[end:at[0]])
		out.WriteString(made)
		end = at[1]
	}
	out.WriteString(text[end:])
	return out.String(), nil
}

// Expanded replaces matches by a text in which $1 and ${name} stand for groups.
func Expanded(re *regexp.Regexp, text, template string) Replacer {
	return func(_ []any, at []int) (string, error) {
		return string(re.ExpandString(nil, template, text, at)), nil
	}
}
