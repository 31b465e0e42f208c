package worker

// A watch names the row that a run waits for, so that one statement can look for many of them.
type watch struct {
	kind watchKind
	id   string // of the workflow
	key  string // the topic of a message, or the key of an event
}

type watchKind int

// The kinds of watches; the zero value is none.
const (
	watchMessage watchKind = iota + 1
	watchEvent
	watchEnd
)
