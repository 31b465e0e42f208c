package journal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// CodeSecret is the code of the error of a value that holds a secret and cannot be kept without it.
const CodeSecret = "SecretInRecord"

// A record keeps the name of a secret in its place, between these marks. They are characters for
// private use, which no text of a language has.
const (
	secretBegin = "\ue000secret:"
	secretEnd   = "\ue001"
)

// shortSecret is the number of bytes below which a secret is only looked for as a whole text,
// because a part of a text may be the same by chance.
const shortSecret = 6

// Secrets are values that no record of a run may hold. Hide puts the name of a value in its place,
// and Show the value in the place of the name. The zero value knows none. It is safe for concurrent
// use.
type Secrets struct {
	// Lookup returns a value that Add has not been called with in this process, by its name. It may
	// be nil.
	Lookup func(name string) (value string, found bool)
	// Lenient leaves a name in its place if its value is unknown, as a replay does that makes no
	// calls.
	Lenient bool

	mutex sync.Mutex
	known []secret // longer ones first, because one may be a part of another
}

type secret struct{ name, value, quoted string }

// Add makes a value known. An empty one is no secret.
func (s *Secrets) Add(name, value string) {
	if value == "" {
		return
	}
	quoted, err := codec.EncodeJSON(value, "")
	if err != nil {
		quoted = `"` + value + `"`
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	added := secret{name, value, quoted[1 : len(quoted)-1]}
	if slices.Contains(s.known, added) {
		return
	}
	s.known = append(s.known, added)
	slices.SortStableFunc(s.known, func(a, b secret) int { return cmp.Compare(len(b.value), len(a.value)) })
}

// Holds returns the name of a secret in the texts of JSON, or "". A name in the place of its value
// counts, because a replay that makes no calls has no values.
func (s *Secrets) Holds(text []byte) (name string) {
	eachText(text, func(inside []byte) []byte {
		if _, named, found := bytes.Cut(inside, []byte(secretBegin)); found && name == "" {
			before, _, _ := bytes.Cut(named, []byte(secretEnd))
			name = string(before)
		}
		for _, known := range s.all() {
			if name == "" && known.in(inside) {
				name = known.name
			}
		}
		return inside
	})
	return name
}

// in returns true if the inside of a quoted text holds the secret.
func (x secret) in(inside []byte) bool {
	if len(x.value) < shortSecret {
		return string(inside) == x.quoted
	}
	return bytes.Contains(inside, []byte(x.quoted))
}

func (s *Secrets) all() []secret {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.known)
}

// Hide returns JSON in which the names of secrets stand in the place of their values. It returns an
// error if a text has the marks of a name by itself.
func (s *Secrets) Hide(text []byte) ([]byte, error) {
	if bytes.Contains(text, []byte(secretBegin)) {
		return nil, &secretError{"a text has the characters that mark a secret in a record"}
	}
	known := s.all()
	if len(known) == 0 {
		return text, nil
	}
	return eachText(text, func(inside []byte) []byte {
		if !slices.ContainsFunc(known, func(x secret) bool { return x.in(inside) }) {
			return inside
		}
		return hidden(inside, known)
	}), nil
}

// hidden returns the inside of a quoted text with the names of secrets. The names are not searched
// themselves: that of a password has the user and the host of its database.
func hidden(inside []byte, known []secret) (out []byte) {
	for at := 0; at < len(inside); {
		found := slices.IndexFunc(known, func(x secret) bool { return x.at(inside, at) })
		if found >= 0 {
			out = append(out, secretBegin+known[found].name+secretEnd...)
			at += len(known[found].quoted)
			continue
		}
		next := at + 1
		if inside[at] == '\\' { // a secret does not begin within an escaped character
			next = min(at+2, len(inside))
		}
		out = append(out, inside[at:next]...)
		at = next
	}
	return out
}

// at returns true if the secret stands at a place of the inside of a quoted text.
func (x secret) at(inside []byte, place int) bool {
	if len(x.value) < shortSecret {
		return place == 0 && x.in(inside)
	}
	return bytes.HasPrefix(inside[place:], []byte(x.quoted))
}

// Show returns JSON with the values of secrets. It returns an error if one is unknown.
func (s *Secrets) Show(text []byte) ([]byte, error) {
	for from := 0; ; {
		begin := bytes.Index(text[from:], []byte(secretBegin))
		if begin < 0 {
			return text, nil
		}
		begin += from
		size := bytes.Index(text[begin:], []byte(secretEnd))
		if size < 0 {
			return text, nil
		}
		name, end := string(text[begin+len(secretBegin):begin+size]), begin+size+len(secretEnd)
		quoted, found := s.quoted(name)
		if !found && s.Lenient {
			from = end
			continue
		}
		if !found {
			return nil, &secretError{fmt.Sprintf("the record has the secret %s by its name only, and its value is not there", name)}
		}
		text = slices.Concat(text[:begin], []byte(quoted), text[end:])
		from = begin + len(quoted)
	}
}

// quoted returns the inside of the quoted value of a name.
func (s *Secrets) quoted(name string) (string, bool) {
	for try := range 2 {
		for _, x := range s.all() {
			if x.name == name {
				return x.quoted, true
			}
		}
		if try > 0 || s.Lookup == nil {
			break
		}
		if value, found := s.Lookup(name); found {
			s.Add(name, value)
		}
	}
	return "", false
}

// Conceal returns a text, which need not be JSON, with stars in the place of secrets.
func (s *Secrets) Conceal(text string) string {
	for _, x := range s.all() {
		if len(x.value) >= shortSecret || text == x.value {
			text = strings.ReplaceAll(text, x.value, "***")
		}
	}
	return text
}

// eachText calls a function with the inside of each quoted text of JSON, and returns JSON with its
// results.
func eachText(text []byte, change func(inside []byte) []byte) []byte {
	var out []byte
	for {
		begin := bytes.IndexByte(text, '"')
		if begin < 0 {
			return append(out, text...)
		}
		end := begin + 1
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(text))
		out = append(append(out, text[:begin+1]...), change(text[begin+1:end:end])...)
		text = text[end:]
		if len(text) > 0 {
			out, text = append(out, text[0]), text[1:]
		}
	}
}

// CheckOutput returns an error with CodeSecret if the output of a workflow holds a secret.
func (s *Secrets) CheckOutput(value any) error {
	text, err := codec.EncodeJSON(value, "")
	if err != nil {
		return nil // who stores the output returns the error
	}
	if name := s.Holds([]byte(text)); name != "" {
		return &secretError{fmt.Sprintf("the output of the workflow holds the secret %s, and everybody who reads the database would see it", name)}
	}
	return nil
}

// A secretError is the error of a record that would need a secret.
type secretError struct{ message string }

func (e *secretError) Error() string     { return e.message }
func (e *secretError) ErrorCode() string { return CodeSecret }
func (e *secretError) ErrorHint() string {
	return "a secret is not stored: it is read again from the variable that --allow-env grants, or from the profile"
}

// hide puts the names of secrets into a step that is about to be recorded.
func (j *Journal) hide(s *Step) error {
	for _, text := range []*json.RawMessage{&s.Result, &s.Error} {
		if *text == nil || j.config.Secrets == nil {
			continue
		}
		hidden, err := j.config.Secrets.Hide(*text)
		if err != nil {
			return &recordError{*s, err}
		}
		*text = hidden
	}
	return nil
}

// shown returns a text of a recorded step with its secrets.
func (j *Journal) shown(s *Step, text json.RawMessage) (json.RawMessage, error) {
	if j.config.Secrets == nil {
		return text, nil
	}
	shown, err := j.config.Secrets.Show(text)
	if err != nil {
		return nil, j.fail(&recordError{*s, err})
	}
	return shown, nil
}

// refuseSecret returns an error if a value that others can read holds a secret.
func (j *Journal) refuseSecret(function string, value any) error {
	if j.config.Secrets == nil {
		return nil
	}
	text, err := codec.EncodeJSON(value, "")
	if err != nil {
		return nil // the call itself returns the error
	}
	if name := j.config.Secrets.Holds([]byte(text)); name != "" {
		return &declare.ArgumentError{Func: function, Message: fmt.Sprintf("the value holds the secret %s, and everybody who reads the database would see it", name), Hint: "publish it without the secret"}
	}
	return nil
}
