package repl

import (
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
)

// A place is where the end of a text stands.
type place struct {
	typed  string // of the name, or of the string, that is under way
	quoted bool   // in a string
	quote  string // the quote or bracket that ends it
	closed bool   // in a comment, a long string or a number: nothing is completed

	path string // the expression before the dot or colon: "wf", "rows[1]"
	call string // the function whose argument is under way, "" outside of a call
	at   int    // which argument, counted from 0
	key  string // the key in the argument, or the field that a string is compared with
	// given are the keys that the table under way has already; keyed says that another may begin
	// here.
	given []string
	keyed bool
}

// A frame is an open bracket.
type frame struct {
	bracket string
	call    string // the function that is called with it
	commas  int
	begin   int // the first token of the item under way
	keys    []string
}

// find reads a text up to its end, where the cursor is.
func find(text string) place {
	list := syntax.Tokens(text)
	var p place
	if len(list) > 0 {
		switch last := list[len(list)-1]; {
		case last.Open && last.Quoted():
			p.typed, p.quoted, p.quote, list = last.Inside(), true, last.Text[:1], list[:len(list)-1]
		case last.Open || last.Kind == syntax.Number && last.End() == len(text):
			return place{closed: true}
		case isWord(last) && last.End() == len(text):
			p.typed, list = last.Text, list[:len(list)-1]
		}
	}
	list = slices.DeleteFunc(list, func(t syntax.Token) bool { return t.Kind == syntax.Comment })
	if n := len(list); n > 0 && !p.quoted && (list[n-1].Is(".") || list[n-1].Is(":")) {
		p.path = pathBefore(list[:n-1])
		p.closed = p.path == ""
		return p
	}
	p.surround(list)
	return p
}

// isWord returns true for a name, and for a word of the language that may become one.
func isWord(t syntax.Token) bool { return t.Kind == syntax.Name || t.Kind == syntax.Keyword }

// surround finds the call and the table that the end of a list of tokens stands in.
func (p *place) surround(list []syntax.Token) {
	frames := open(list)
	if len(frames) == 0 {
		p.beside(list)
		return
	}
	inner := frames[len(frames)-1]
	item := list[inner.begin:]
	p.keyed = inner.bracket == "{" && len(item) == 0 && !p.quoted
	p.given = inner.keys
	p.call, p.at, p.key = argument(list, frames)
	if len(item) > 0 && inner.bracket == "(" || p.call == "" {
		p.beside(item)
	}
}

// beside looks at the tokens right before a string: a function called without brackets, or a
// comparison.
func (p *place) beside(list []syntax.Token) {
	n := len(list)
	switch {
	case !p.quoted || n == 0:
	case list[n-1].Is("==") || list[n-1].Is("~="):
		_, p.key, _ = lastName(pathBefore(list[:n-1]))
		p.call = ""
	default:
		if path := pathBefore(list); path != "" {
			p.call, p.at, p.key = path, 0, ""
		}
	}
}

// lastName parts a path before its last name.
func lastName(path string) (before, last string, found bool) {
	at := strings.LastIndexAny(path, ".:")
	if at < 0 {
		return "", path, false
	}
	return path[:at], path[at+1:], true
}

// open returns the unclosed brackets, the outermost first.
func open(list []syntax.Token) []frame {
	var frames []frame
	for i, t := range list {
		switch {
		case t.Is("(") || t.Is("{") || t.Is("["):
			frames = append(frames, frame{bracket: t.Text, call: pathBefore(list[:i]), begin: i + 1})
		case (t.Is(")") || t.Is("}") || t.Is("]")) && len(frames) > 0:
			frames = frames[:len(frames)-1]
		case (t.Is(",") || t.Is(";")) && len(frames) > 0:
			inner := &frames[len(frames)-1]
			inner.commas++
			inner.begin = i + 1
		case t.Is("=") && len(frames) > 0 && i > 0:
			inner := &frames[len(frames)-1]
			inner.keys = append(inner.keys, list[i-1].Inside())
		}
	}
	return frames
}

// argument finds the innermost call around the end, and the key in its table; a list in an
// argument stands for its items.
func argument(list []syntax.Token, frames []frame) (call string, at int, key string) {
	for i := len(frames) - 1; i >= 0 && i >= len(frames)-3; i-- {
		f := frames[i]
		if f.bracket == "[" {
			return "", 0, ""
		}
		if key == "" && f.bracket == "{" {
			key = keyOf(list, f)
		}
		if f.call != "" {
			if f.bracket == "(" {
				at = f.commas
			}
			return f.call, at, key
		}
		if f.bracket == "(" {
			return "", 0, ""
		}
	}
	return "", 0, ""
}

// keyOf is the key of the item under way in a table.
func keyOf(list []syntax.Token, f frame) string {
	if len(list) > f.begin+1 && isWord(list[f.begin]) && list[f.begin+1].Is("=") {
		return list[f.begin].Text
	}
	return ""
}

// pathBefore is the value that a list of tokens ends with, as far as it can be read without
// running anything: names with dots, and constant indexes.
func pathBefore(list []syntax.Token) string {
	var parts []string
	for i := len(list); ; {
		part, rest := indexBefore(list[:i])
		if part == "" && i > 0 && list[i-1].Kind == syntax.Name {
			part, rest = list[i-1].Text, i-1
		}
		if part == "" {
			return ""
		}
		parts = append(parts, part)
		i = rest
		switch {
		case part[0] == '[':
		case i > 0 && (list[i-1].Is(".") || list[i-1].Is(":")):
			parts = append(parts, ".")
			i--
		default:
			slices.Reverse(parts)
			return strings.Join(parts, "")
		}
	}
}

// indexBefore is a constant in square brackets at the end of a list.
func indexBefore(list []syntax.Token) (text string, rest int) {
	n := len(list)
	if n < 3 || !list[n-1].Is("]") || !list[n-3].Is("[") {
		return "", n
	}
	switch index := list[n-2]; {
	case index.Kind == syntax.Number:
		return "[" + index.Text + "]", n - 3
	case index.Quoted():
		return `["` + strings.ReplaceAll(index.Inside(), `"`, `\"`) + `"]`, n - 3
	}
	return "", n
}
