package syntax

import "github.com/dbos-script/dbos-script/runtime/declare"

// foreignWord returns Lua's replacement for a word that begins a statement in another language;
// empty for other words.
func foreignWord(word string) string {
	switch word {
	case "var", "let", "const", "my", "auto":
		return "a variable is declared with local: local x = 1"
	case "def", "func", "fn", "fun", "sub", "proc", "async", "lambda":
		return "a function is written function name(x) … end"
	case "class", "struct", "interface", "enum", "type":
		return "there are no classes: a table holds fields and functions"
	case "import", "from", "include", "using", "use", "package", "export":
		return `a module is loaded with local fs = require "fs"; dbos, json, time and others are there without it`
	case "elif", "elsif", "elseIf", "elsIf", "ElseIf":
		return "it is written elseif … then"
	case "switch", "match", "case", "default":
		return "several cases are written if … then … elseif … then … else … end"
	case "try", "catch", "except", "finally", "rescue":
		return "errors are caught with local ok, result = pcall(f, …)"
	case "throw", "raise", "panic":
		return `an error is raised with error("…")`
	case "defer", "go", "yield", "await", "with":
		return "there is no such statement: calls wait for their result by themselves"
	case "unless":
		return "it is written if not … then"
	case "foreach":
		return "a list is walked with for _, x in ipairs(list) do … end"
	case "loop":
		return "it is written while true do … end"
	case "continue", "next":
		return continueHint
	case "pass":
		return "an empty block needs no statement"
	case "begin":
		return "a block is written do … end"
	case "del", "delete", "unset":
		return "a variable or a field goes with = nil"
	case "new":
		return "a value is made by calling a function, without new"
	case "echo", "puts", "printf", "println":
		return "a text is written with print(x)"
	}
	return ""
}

const continueHint = "Lua 5.1 has no continue: write goto continue, and ::continue:: at the end of the loop"

// keywords are the words of the language that begin or join statements, for mistyped ones.
func keywords() []string {
	return []string{"break", "else", "elseif", "end", "for", "function", "local", "repeat", "return", "then", "until", "while"}
}

// mistypedKeyword returns the word of the language that a name of at least four letters nearly
// is; empty for other names.
func mistypedKeyword(name string) string {
	if len(name) < 4 {
		return ""
	}
	near := declare.Suggest(name, keywords())
	if len(near) < 4 || len(near)-len(name) > 2 || len(name)-len(near) > 2 {
		return ""
	}
	return near
}

// foreignName returns our replacement for a function or a value of another language; empty for
// other names.
func ForeignName(name string) string {
	switch name {
	case "null", "NULL", "None", "undefined", "Nil", "none":
		return "no value is written nil, and a JSON null json.null"
	case "True", "False", "TRUE", "FALSE":
		return "truth values are written true and false"
	case "len", "length", "count", "size", "sizeof":
		return "the length of a list or a text is #x"
	case "range", "xrange", "enumerate":
		return "numbers are counted with for i = 1, n do … end, and a list is walked with ipairs"
	case "str", "String", "repr":
		return "tostring(x) makes a text"
	case "int", "float", "parseInt", "parseFloat", "Number":
		return "tonumber(x) makes a number"
	case "console", "fmt", "puts", "echo", "println", "printf", "System":
		return "print writes a text, and emit a result"
	case "try", "catch", "except":
		return "errors are caught with local ok, result = pcall(f, …)"
	case "throw", "raise", "panic":
		return `an error is raised with error("…")`
	case "import", "include":
		return `a module is loaded with local fs = require "fs"`
	case "isinstance", "typeof":
		return "type(x) is the name of its type"
	case "append", "push":
		return "table.insert(list, x) adds to a list"
	case "new":
		return "a value is made by calling a function, without new"
	case "await", "async":
		return "calls need no such word: they wait for their result by themselves"
	case "f":
		return `f"…" of other languages is ("%s"):format(x)`
	}
	return ""
}

// foreignField returns our replacement for fields and methods that lists and texts have in other
// languages; empty for others.
func ForeignField(name string) string {
	switch name {
	case "length", "len", "count", "size", "Length", "Count":
		return "the length of a list or a text is #x"
	case "push", "append", "add", "push_back":
		return "table.insert(list, x) adds to a list"
	case "pop":
		return "table.remove(list) takes the last item"
	case "join":
		return `table.concat(list, ", ") joins texts`
	case "forEach", "each", "map", "filter", "reduce":
		return "the module seq has map, filter and the like; for _, x in ipairs(list) do … end walks"
	case "toString", "to_s":
		return "tostring(x) makes a text"
	case "includes", "contains", "indexOf", "startsWith", "endsWith":
		return "text:find(part, 1, true) looks for a part of a text"
	case "trim", "strip", "split", "replace", "toUpperCase", "toLowerCase":
		return "texts have find, gsub, gmatch, match, sub, upper and lower"
	}
	return ""
}
