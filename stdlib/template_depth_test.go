package stdlib

import (
	"strings"
	"testing"
)

func TestTemplatesThatNestTooDeepAreRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"parts":           strings.Repeat("{{with .}}", 2_000_000),
		"hidden ends":     strings.Repeat("{{with .}}{{\"{{end}}\"}}{{/* {{end}} */}}{{`{{end}}`}}", 1000),
		"trimmed":         strings.Repeat("{{- with .}}", 1000),
		"else if":         "{{if .}}" + strings.Repeat("{{else if .}}", 1000) + "{{end}}",
		"parentheses":     "{{" + strings.Repeat("(", 1_000_000) + "}}",
		"unclosed quotes": strings.Repeat("{{with .}}", 300) + "{{`",
	} {
		if err := shallow(text); err == nil || !strings.Contains(err.Error(), "more than 200 deep") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"one after the other": strings.Repeat("{{if .a}}x{{else if .b}}y{{else}}z{{end}}", 1000),
		"deep enough":         strings.Repeat("{{with .}}", 200) + strings.Repeat("{{end}}", 200),
		"text":                strings.Repeat("(", 1000) + "{{",
	} {
		if err := shallow(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
