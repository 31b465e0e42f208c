package syntax

import (
	"strings"
	"testing"
)

func TestTokensOfUnfinishedText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`wf.id == "a b"`:           `Name wf|Symbol .|Name id|Symbol ==|String "a b"`,
		`f("open`:                  `Name f|Symbol (|String "open…`,
		`f('a\'b`:                  `Name f|Symbol (|String 'a\'b…`,
		"x = 'cut\nlocal y":        "Name x|Symbol =|String 'cut|Keyword local|Name y",
		"-- note":                  "Comment -- note…",
		"-- note\nx":               "Comment -- note|Name x",
		"--[[ a\nb ]] x":           "Comment --[[ a\nb ]]|Name x",
		"--[[ a":                   "Comment --[[ a…",
		"s = [==[ a ]] b":          "Name s|Symbol =|String [==[ a ]] b…",
		"3x .5 1..2 0x1F":          "Number 3x|Number .5|Number 1..2|Number 0x1F",
		`"\x41\q" "\999"`:          `String "\x41\q"|String "\999"`,
		"a != b // c $ “":          "Name a|Symbol !=|Name b|Symbol //|Name c|Symbol $|Symbol “",
		"":                         "",
		"  \n\t":                   "",
		"\xff\x00":                 "Symbol \xff|Symbol \x00",
		`"`:                        `String "…`,
		"return function(...) end": "Keyword return|Keyword function|Symbol (|Symbol ...|Symbol )|Keyword end",
	} {
		var got []string
		for _, token := range Tokens(text) {
			word := kindNames[token.Kind] + " " + token.Text
			if token.Open {
				word += "…"
			}
			got = append(got, word)
		}
		if all := strings.Join(got, "|"); all != want {
			t.Errorf("%q has the tokens\n%s, want\n%s", text, all, want)
		}
	}
}

var kindNames = map[Kind]string{Name: "Name", Keyword: "Keyword", Number: "Number", String: "String", Symbol: "Symbol", Comment: "Comment"}

func TestInsideAString(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`"a"`: "a", `'a`: "a", `"`: "", `""`: "", `'a"`: `a"`, "[[a]]": "[[a]]", "\"a\n": "a"} {
		if got := Tokens(text)[0].Inside(); got != want {
			t.Errorf("inside %q is %q, want %q", text, got, want)
		}
	}
}

// FuzzTokens holds that the tokens of any text are parts of it, in their order, with nothing
// but blanks between.
func FuzzTokens(f *testing.F) {
	f.Add("local x = 'a\\\n--[[b]] 1e+5")
	f.Add("\xef\xbb\xbf#!x\n[=[")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, token := range Tokens(text) {
			if token.At < end || token.Text == "" || text[token.At:token.End()] != token.Text || strings.TrimSpace(text[end:token.At]) != "" {
				t.Fatalf("%q: the token %+v does not follow on %d", text, token, end)
			}
			_ = token.Inside()
			end = token.End()
		}
	})
}

func TestATextWithoutCodeIsBlank(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": true, " \n\t\r\n": true, "-- a": true, "-- a\n-- b\n": true, "--[[ a\nb ]]  --[==[ c ]==]": true,
		"x": false, "-- a\nx": false, "--[[ a": false, "--[[ a ]] x": false, ";": false, "'--'": false, "-": false,
		"#b": false, "-- a\n#b": false, "\x00": false,
	} {
		if got := IsBlank(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
