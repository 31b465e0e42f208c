package mask

import (
	"encoding/json"
	"slices"
	"strings"
)

// A partial is a rule whose path has matched up to a key.
type partial struct {
	rule *rule
	at   int // how many of the path have
}

// A walker goes through a valid JSON text, and copies it with values replaced.
type walker struct {
	set    *Set
	text   string
	at     int
	out    []byte
	copied int // how much of text is in out, or replaced there
}

func (w *walker) space() {
	for w.at < len(w.text) && strings.IndexByte(" \t\r\n", w.text[w.at]) >= 0 {
		w.at++
	}
}

// value goes through a value. begun are the rules that may go on in it; all masks all of it.
func (w *walker) value(begun []partial, root, all bool) {
	w.space()
	switch w.text[w.at] {
	case '{':
		w.object(begun, root, all)
	case '[':
		w.at++
		for w.space(); w.text[w.at] != ']'; w.space() {
			w.value(begun, root, all)
			if w.space(); w.text[w.at] == ',' {
				w.at++
			}
		}
		w.at++
	default:
		w.leaf(all)
	}
}

// leaf goes past a text, a number or a word. A masked one keeps its type.
func (w *walker) leaf(masked bool) {
	from, replacement := w.at, ""
	switch w.text[w.at] {
	case '"':
		w.string()
		replacement = `"` + hidden + `"`
	case 't', 'f':
		w.word()
		replacement = "false"
	case 'n':
		w.word()
		return
	default:
		w.word()
		replacement = "0"
	}
	if masked {
		w.out = append(append(w.out, w.text[w.copied:from]...), replacement...)
		w.copied = w.at
	}
}

func (w *walker) word() {
	for w.at < len(w.text) && strings.IndexByte(",]} \t\r\n", w.text[w.at]) < 0 {
		w.at++
	}
}

// string returns a string as it stands, with its quotes.
func (w *walker) string() string {
	from := w.at
	for w.at++; w.text[w.at] != '"'; w.at++ {
		if w.text[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	return w.text[from:w.at]
}

// wrappers are the keys of the root under which an SDK keeps the value itself.
var wrappers = []string{"json", "positionalArgs", "namedArgs"}

// types is the key of the root under which superjson keeps the types of values.
const types = "meta"

func (w *walker) object(begun []partial, root, all bool) {
	w.at++
	for w.space(); w.text[w.at] != '}'; w.space() {
		key := w.key()
		w.space()
		w.at++ // the colon
		switch {
		case root && key == types:
			w.skip()
		case root && slices.Contains(wrappers, key):
			w.value(begun, key == wrappers[0], all)
		default:
			further, masked := w.matched(begun, key, all)
			w.value(further, false, masked)
		}
		if w.space(); w.text[w.at] == ',' {
			w.at++
		}
	}
	w.at++
}

func (w *walker) key() string {
	raw := w.string()
	if !strings.Contains(raw, `\`) {
		return raw[1 : len(raw)-1]
	}
	var key string
	_ = json.Unmarshal([]byte(raw), &key) // the text is valid
	return key
}

// skip goes past a value that stays.
func (w *walker) skip() {
	own := walker{set: &Set{}, text: w.text, at: w.at}
	own.value(nil, false, false)
	w.at = own.at
}

// matched returns the rules that may go on below a key, and whether its value is masked.
func (w *walker) matched(begun []partial, key string, all bool) (further []partial, masked bool) {
	if all {
		return nil, true
	}
	name := plain(key)
	step := func(p partial) {
		if p.rule.path[p.at] != name && p.rule.path[p.at] != "*" {
			return
		}
		if p.at++; p.at < len(p.rule.path) {
			further = append(further, p)
			return
		}
		if p.rule.counted {
			w.bare(p.rule.path[0], masked)
			return
		}
		if !masked {
			w.set.Hits[p.rule.text]++
		}
		masked = true
	}
	for _, p := range begun {
		step(p)
	}
	for i := range w.set.rules {
		if r := &w.set.rules[i]; r.of == "" {
			step(partial{rule: r})
		}
	}
	return further, masked
}

// bare counts a value under the name of a secret that stays as it is. Rules that mask come first.
func (w *walker) bare(name string, masked bool) {
	at := w.at
	for at < len(w.text) && strings.IndexByte(" \t\r\n", w.text[at]) >= 0 {
		at++
	}
	if empty := strings.HasPrefix(w.text[at:], "null") || strings.HasPrefix(w.text[at:], `""`); !masked && !empty {
		w.set.Bare[name]++
	}
}
