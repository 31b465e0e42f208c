package profile

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Profile is one table of a file. Keys that are not set are nil, or empty.
type Profile struct {
	Name string `toml:"-"`
	File string `toml:"-"` // where it stands
	// Warnings are mistakes in other profiles of the file, which do not matter here.
	Warnings []string `toml:"-"`
	unknown  error    // a key of its own that there is not

	URL    *string `toml:"url"`
	Schema *string `toml:"schema"`
	SDK    *string `toml:"sdk"`
	// Application is the one that the profile works for.
	Application *string `toml:"application"`
	// Colour is that of the prompt and of the question before a change.
	Colour  string `toml:"colour"`
	Color   string `toml:"color"` // the same
	Confirm string `toml:"confirm"`

	ReadOnly     *bool   `toml:"read-only"`
	Strict       *bool   `toml:"strict"`
	ConfirmAbove *int64  `toml:"confirm-above"`
	MaxChanges   *int64  `toml:"max-changes"`
	Timeout      *string `toml:"timeout"`
	MaxMemory    *string `toml:"max-memory"`
	MaxOutput    *string `toml:"max-output"`
	Audit        *string `toml:"audit"`
	// AllowDB are databases that scripts may connect to: URLs, or names of profiles.
	AllowDB []string `toml:"allow-db"`
}

// Values of Confirm: the answer yes is enough, or the user has to type the profile's name.
const (
	ConfirmYes  = "yes"
	ConfirmName = "name"
)

// keys maps the keys of a profile to a description of their values.
var keys = map[string]string{
	"url": "a text", "schema": "a text", "sdk": "a text", "application": "a text", "colour": "a text", "color": "a text", "confirm": "a text", "audit": "a text",
	"allow-db":  "a list of texts",
	"read-only": "true or false", "strict": "true or false",
	"confirm-above": "a whole number", "max-changes": "a whole number",
	"timeout": `a text such as "2h"`, "max-memory": `a text such as "256MB"`, "max-output": `a text such as "10MB"`,
}

// Colours are the names that colour takes.
func Colours() []string {
	return []string{"red", "yellow", "green", "blue", "magenta", "cyan"}
}

// A Setting is a flag of the command with the profile's value for it.
type Setting struct{ Flag, Value string }

// Settings returns the flags that the profile sets. lookup returns environment variables, to
// which url may refer. A variable that is not set is an error.
func (p Profile) Settings(lookup func(string) (string, bool)) ([]Setting, error) {
	var list []Setting
	if p.URL != nil {
		url, err := expand(*p.URL, lookup)
		if err != nil {
			return nil, p.wrong("url: %v", err)
		}
		list = append(list, Setting{"db", p.located(url)})
	}
	for _, database := range p.AllowDB {
		expanded, err := expand(database, lookup)
		if err != nil {
			return nil, p.wrong("allow-db: %v", err)
		}
		list = append(list, Setting{"allow-db", p.located(expanded)})
	}
	if p.Audit != nil {
		list = append(list, Setting{"audit", p.beside(*p.Audit)})
	}
	for _, text := range []struct {
		flag  string
		value *string
	}{{"schema", p.Schema}, {"sdk", p.SDK}, {"application", p.Application}, {"timeout", p.Timeout}, {"max-memory", p.MaxMemory}, {"max-output", p.MaxOutput}} {
		if text.value != nil {
			list = append(list, Setting{text.flag, *text.value})
		}
	}
	return append(list, p.plain()...), nil
}

// plain are the settings that are no texts.
func (p Profile) plain() []Setting {
	var list []Setting
	for flag, value := range map[string]*bool{"read-only": p.ReadOnly, "strict": p.Strict} {
		if value != nil {
			list = append(list, Setting{flag, strconv.FormatBool(*value)})
		}
	}
	for flag, value := range map[string]*int64{"confirm-above": p.ConfirmAbove, "max-changes": p.MaxChanges} {
		if value != nil {
			list = append(list, Setting{flag, strconv.FormatInt(*value, 10)})
		}
	}
	return list
}

func (p Profile) check() error {
	if p.Color != "" && p.Color != p.Colour {
		return p.wrong("colour and color say different things: %q and %q", p.Colour, p.Color)
	}
	if p.Colour != "" && !slices.Contains(Colours(), p.Colour) {
		return p.wrong("colour: no colour %q%s", p.Colour, declare.DidYouMean(p.Colour, Colours()))
	}
	if words := []string{ConfirmYes, ConfirmName}; p.Confirm != "" && !slices.Contains(words, p.Confirm) {
		return p.wrong(`confirm is "yes" or "name", not %q`, p.Confirm)
	}
	return nil
}

// wrong returns an error about a value in the profile.
func (p Profile) wrong(format string, values ...any) error {
	return fmt.Errorf("profile %q in %s: %s", p.Name, p.File, fmt.Sprintf(format, values...))
}

// Wrong is the error of a setting that the command refuses.
func (p Profile) Wrong(flag string, err error) error {
	if flag == "db" {
		flag = "url"
	}
	return p.wrong("%s: %v", flag, err)
}
