package declare

// A FuncKind is the kind of a function. A dry run and a durable run treat a call by it: a durable
// run records the result of each call whose kind is not Pure, and a run that goes on after a crash
// gets the recorded result in place of a second call.
type FuncKind int

// The kinds of functions. A function that is given a callback has the kind of its own work: the
// calls inside the callback are calls of the script.
const (
	// NoKind is the kind of a declaration that names none. Check reports it.
	NoKind FuncKind = iota
	// Pure is the kind of a function whose result depends on its arguments alone. A time such as
	// "-24h" is an argument by the clock of the run, before the function is called.
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

func (f Func) of(kind FuncKind) Func {
	f.Kind = kind
	return f
}

// A Foreign receiver may belong to another database than that of the run, such as a debouncer of a
// connection that the script has opened.
type Foreign interface {
	Foreign() bool
}

// KindOn returns the kind of a call on a receiver, which is nil for a module function. It is Kind,
// but Outside for a change of another database.
func (f *Func) KindOn(receiver any) FuncKind {
	if other, ok := receiver.(Foreign); ok && f.Kind == Changes && other.Foreign() {
		return Outside
	}
	return f.Kind
}
