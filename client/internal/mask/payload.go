package mask

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// hidden is what a masked text becomes.
const hidden = "***"

// fielded are the serializations whose fields can be masked; "" is the one of an SDK's own.
var fielded = []string{"", "portable_json", "js_superjson", "DBOS_JSON", "js_legacy", "java_jackson"}

// Apply returns a stored payload with the values masked that the rules name.
func (s *Set) Apply(of Payload, serialization, text string) string {
	whole, some := s.concerning(of)
	if whole == nil && !some && !s.counts() {
		return text
	}
	if masked, ok := s.json(of, text, whole != nil); ok {
		if whole != nil && masked != text {
			s.Hits[whole.text]++
		}
		return masked
	}
	if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && len(text) > 0 {
		if masked, ok := s.json(of, string(decoded), whole != nil); ok {
			if masked == string(decoded) {
				return text
			}
			if whole != nil {
				s.Hits[whole.text]++
			}
			return base64.StdEncoding.EncodeToString([]byte(masked))
		}
	}
	switch {
	case text == "" || strings.HasPrefix(text, "__DBOS_"):
		return text
	case whole != nil:
		s.Hits[whole.text]++
		return hidden
	case some && opaque(serialization, text):
		s.Whole++
		return hidden
	}
	return text
}

// concerning returns a rule for all of a payload, and whether there is one for a part of it.
func (s *Set) concerning(of Payload) (whole *rule, some bool) {
	for i := range s.rules {
		r := &s.rules[i]
		switch {
		case r.counted || r.of != "" && r.of != of:
		case r.whole:
			whole = r
		default:
			some = true
		}
	}
	return whole, some
}

func (s *Set) counts() bool {
	return slices.ContainsFunc(s.rules, func(r rule) bool { return r.counted })
}

// shortestOpaque is the number of bytes from which a text in base64 is taken for one: a shorter
// one may be a word.
const shortestOpaque = 16

// opaque returns true for a text in a format without fields, such as a pickle. A plain text, as an
// error may be, has no fields either, and can be read.
func opaque(serialization, text string) bool {
	if !slices.Contains(fielded, serialization) {
		return serialization != "py_pickle" && serialization != "DBOS_GOB" || !strings.Contains(text, " ")
	}
	if len(text) < shortestOpaque {
		return false
	}
	_, err := base64.StdEncoding.DecodeString(text)
	return err == nil
}

// json masks a text if it is JSON.
func (s *Set) json(of Payload, text string, all bool) (masked string, ok bool) {
	if !startsJSON(text) || !json.Valid([]byte(text)) {
		return "", false
	}
	w := walker{set: s, text: text}
	var begun []partial
	for i := range s.rules {
		if r := &s.rules[i]; r.of == of && !r.whole {
			begun = append(begun, partial{rule: r})
		}
	}
	w.value(begun, true, all)
	if w.copied == 0 {
		return text, true
	}
	return string(append(w.out, text[w.copied:]...)), true
}

// startsJSON looks at the first character, because most texts that are no JSON begin with a letter.
func startsJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && strings.IndexByte(`{["-0123456789tfn`, text[0]) >= 0
}
