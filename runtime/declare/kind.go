package declare

// A kindWords holds the words for a kind.
type kindWords struct {
	name     string // in errors and in the manual
	argument string // in annotations for editors, where a script passes a value
	result   string // in annotations, where it receives one; like argument if empty
	scalar   bool   // a value is one word or number, or a function, and no table
}

// kinds has the words for each kind that is not made of others.
var kinds = [...]kindWords{
	KindInvalid:  {name: "data", argument: "any"},
	KindAny:      {name: "data", argument: "dbos.data"},
	KindString:   {name: "string", argument: "string", scalar: true},
	KindBool:     {name: "boolean", argument: "boolean", scalar: true},
	KindInteger:  {name: "integer", argument: "integer", scalar: true},
	KindNumber:   {name: "number", argument: "number", scalar: true},
	KindDuration: {name: "duration", argument: "dbos.duration", result: "number", scalar: true},
	KindTime:     {name: "time", argument: "dbos.when", result: "dbos.Time", scalar: true},
	KindError:    {name: "error", argument: "dbos.Error"},
	KindCallback: {name: "function", argument: "function", scalar: true},
	KindRaw:      {name: "anything", argument: "any"},
	KindItem:     {name: "item", argument: "T"},
}

// words returns the words for a kind. A kind that is made of others has the words of KindInvalid.
func (k Kind) words() kindWords {
	if k < 0 || int(k) >= len(kinds) || kinds[k].name == "" {
		return kinds[KindInvalid]
	}
	return kinds[k]
}

// Name returns the word for a kind in errors and in the manual, such as "boolean". It returns
// "data" for a kind that is made of others, because its name depends on these.
func (k Kind) Name() string { return k.words().name }

// Annotation returns the word for a kind in type annotations for editors, such as "dbos.when" for a
// time that a script passes. If result is true, it returns the word for a value that a script
// receives. It returns "any" for a kind that is made of others.
func (k Kind) Annotation(result bool) string {
	words := k.words()
	if result && words.result != "" {
		return words.result
	}
	return words.argument
}

// Scalar returns true if a value of the kind is a text, a number, a boolean or a function, which an
// error about another value names by Name.
func (k Kind) Scalar() bool { return k.words().scalar }
