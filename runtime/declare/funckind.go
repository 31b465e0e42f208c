package declare

// A FuncKind is the kind of a function. Dry runs and durable runs decide by it how to treat a
// call: a durable run records the result of each call whose kind is not Pure, and when it goes on
// after a crash, it takes the recorded result instead of calling again.
type FuncKind int

// The kinds of functions. A function that calls a callback has the kind of its own work: a
// call inside the callback is a call of the script, with a kind of its own.
const (
	// NoKind is the kind of a declaration that names none. Check reports it.
	NoKind FuncKind = iota
	// Pure is the kind of a function whose result depends on its arguments alone. An
	// argument such as "-24h" does not break this: it becomes a time, by the clock of the run,
	// before the function is called.
	Pure
	// Reads is the kind of a function that reads something which can differ at the next call, and
	// changes nothing: the database, the clock, chance, the command line, a file, a GET request. A
	// function that waits for a time or for a workflow reads.
	Reads
	// Changes is the kind of a function that changes the database of the run, through the gate.
	Changes
	// Outside is the kind of a function that acts on anything else: files, hosts, programs, another
	// database, the terminal and the outputs of the run.
	Outside
)

// funcKinds has, for each kind, its name and a sentence about a function of that kind.
var funcKinds = [...]struct{ name, sentence string }{
	NoKind:  {"none", ""},
	Pure:    {"pure", "The result depends on the arguments alone."},
	Reads:   {"reads", "The result can differ at the next call; nothing is changed."},
	Changes: {"changes", "It changes the database of the run; a dry run plans the change."},
	Outside: {"outside", "It acts on something other than the database of the run."},
}

// FuncKinds returns the kinds that a function can have, in the order of the manual.
func FuncKinds() []FuncKind { return []FuncKind{Pure, Reads, Changes, Outside} }

// String returns the name of a kind in the manual, such as "reads". It returns "none" for NoKind.
func (k FuncKind) String() string { return funcKinds[k].name }

// Sentence returns a sentence about a function of the kind, for the manual. It is empty for NoKind.
func (k FuncKind) Sentence() string { return funcKinds[k].sentence }

// Pure declares that the result of the function depends on its arguments alone.
func (f Func) Pure() Func { return f.of(Pure) }

// Reads declares that the function reads something which can differ at the next call, and changes
// nothing.
func (f Func) Reads() Func { return f.of(Reads) }

// Changes declares that the function changes the database of the run.
func (f Func) Changes() Func { return f.of(Changes) }

// Outside declares that the function acts on something other than the database of the run.
func (f Func) Outside() Func { return f.of(Outside) }

// of returns a copy of the function with a kind.
func (f Func) of(kind FuncKind) Func {
	f.Kind = kind
	return f
}

// A Foreign receiver may belong to another database than that of the run, such as a debouncer of a
// connection that the script has opened.
type Foreign interface {
	// Foreign returns true if it belongs to another database.
	Foreign() bool
}

// KindOn returns the kind of a call on a receiver, which is nil for the function of a module. It
// returns Outside if the call changes another database than that of the run, and Kind otherwise.
func (f *Func) KindOn(receiver any) FuncKind {
	if other, ok := receiver.(Foreign); ok && f.Kind == Changes && other.Foreign() {
		return Outside
	}
	return f.Kind
}
