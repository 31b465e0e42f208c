package profile

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Profile is one table [profile.NAME] of a file. The fields of keys that are not set are nil, or
// empty.
type Profile struct {
	Name string `toml:"-"`
	File string `toml:"-"` // path of the file that it is in
	// Warnings are mistakes in other profiles of the file, which do not make this one invalid.
	Warnings []string `toml:"-"`
	unknown  error    // the error of a key in this profile that no profile has

	URL    *string `toml:"url"`
	Schema *string `toml:"schema"`
	SDK    *string `toml:"sdk"`
	// Application is the name of the application whose workflows a run works on.
	Application *string `toml:"application"`
	// Colour is the colour of the prompt and of the question before a change.
	Colour  string `toml:"colour"`
	Color   string `toml:"color"` // the American spelling of the key colour
	Confirm string `toml:"confirm"`

	ReadOnly     *bool   `toml:"read-only"`
	Strict       *bool   `toml:"strict"`
	ConfirmAbove *int64  `toml:"confirm-above"`
	MaxChanges   *int64  `toml:"max-changes"`
	Timeout      *string `toml:"timeout"`
	MaxMemory    *string `toml:"max-memory"`
	MaxOutput    *string `toml:"max-output"`
	Audit        *string `toml:"audit"`
	TZ           *string `toml:"tz"`
	// AllowDB are databases that scripts may connect to: URLs, or names of profiles.
	AllowDB []string `toml:"allow-db"`
	// Approvers is the path of a file of allowed signers, one of whom has to sign a plan.
	Approvers *string `toml:"approvers"`
}

// The values of Confirm say how a user confirms a change: by the answer yes, or by typing the name
// of the profile.
const (
	ConfirmYes  = "yes"
	ConfirmName = "name"
)

// keys maps each key of a profile to the words for its values in an error.
var keys = map[string]string{
	"url": "a text", "schema": "a text", "sdk": "a text", "application": "a text", "colour": "a text", "color": "a text", "confirm": "a text", "audit": "a text", "tz": "a text", "approvers": "a text",
	"allow-db":  "a list of texts",
	"read-only": "true or false", "strict": "true or false",
	"confirm-above": "a whole number", "max-changes": "a whole number",
	"timeout": `a text such as "2h"`, "max-memory": `a text such as "256MB"`, "max-output": `a text such as "10MB"`,
}

// Colours returns the values that the key colour can have.
func Colours() []string {
	return []string{"red", "yellow", "green", "blue", "magenta", "cyan"}
}

// A Setting is a flag of the command, by its name without --, and the value in the profile.
type Setting struct{ Flag, Value string }

// Settings returns the flags that the profile sets. lookup returns the environment variables to
// which url and allow-db may refer; Settings returns an error if one of them is not set.
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
	}{{"schema", p.Schema}, {"sdk", p.SDK}, {"application", p.Application}, {"timeout", p.Timeout}, {"max-memory", p.MaxMemory}, {"max-output", p.MaxOutput}, {"tz", p.TZ}} {
		if text.value != nil {
			list = append(list, Setting{text.flag, *text.value})
		}
	}
	return append(list, p.plain()...), nil
}

// plain returns the settings that are booleans or numbers.
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

// check returns an error if the value of a key makes no sense. Before it, Color is copied to a
// Colour that is empty.
func (p Profile) check() error {
	if p.Color != "" && p.Color != p.Colour {
		return p.wrong("colour is %q and color is %q: keep one of them", p.Colour, p.Color)
	}
	if p.Colour != "" && !slices.Contains(Colours(), p.Colour) {
		return p.wrong("colour: no colour %q%s", p.Colour, declare.DidYouMean(p.Colour, Colours()))
	}
	if words := []string{ConfirmYes, ConfirmName}; p.Confirm != "" && !slices.Contains(words, p.Confirm) {
		return p.wrong(`confirm is "yes" or "name", not %q`, p.Confirm)
	}
	if p.Approvers != nil && *p.Approvers == "" {
		return p.wrong("approvers is empty: it is the path of a file of allowed signers")
	}
	return nil
}

// Signers returns the path of the file of allowed signers, or "" if nobody has to sign plans.
func (p Profile) Signers() string {
	if p.Approvers == nil {
		return ""
	}
	return p.beside(*p.Approvers)
}

// wrong returns an error with the name of the profile and its file in front.
func (p Profile) wrong(format string, values ...any) error {
	return fmt.Errorf("profile %q in %s: %s", p.Name, p.File, fmt.Sprintf(format, values...))
}

// Wrong returns the error of a setting whose value the command refuses. It names the key of the
// profile, which is that of the flag except for url.
func (p Profile) Wrong(flag string, err error) error {
	if flag == "db" {
		flag = "url"
	}
	return p.wrong("%s: %v", flag, err)
}
