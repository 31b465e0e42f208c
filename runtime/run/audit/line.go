package audit

import "time"

// The events.
const (
	EventChange = "change" // one call that changes something
	EventIDs    = "ids"    // further ids of the change of the same number, before it is sent
	EventEnd    = "end"    // the end of a run

	EventApproval = "approval" // a person has approved the needs of a script, or taken that back
)

// The outcomes of a change.
const (
	Started = "started"
	Done    = "done"
	Failed  = "failed"  // nothing was changed
	Partly  = "partly"  // some of it was changed before it failed
	Unknown = "unknown" // the answer of the database was lost
	Denied  = "denied"  // it was not sent
)

// The outcomes of an approval.
const (
	Approved = "approved"
	Revoked  = "revoked"
)

// idsPerLine bounds a line: a change of more ids has more lines.
const idsPerLine = 1000

// A Run identifies a run: the user, the script and its arguments. Each line has it.
type Run struct {
	ID        string   `json:"run"`
	User      string   `json:"user,omitempty"`
	Sudo      string   `json:"sudo_user,omitempty"` // who became that user
	Host      string   `json:"host,omitempty"`
	PID       int      `json:"pid,omitempty"`
	Profile   string   `json:"profile,omitempty"`
	Script    string   `json:"script,omitempty"`
	SHA256    string   `json:"sha256,omitempty"`
	Text      string   `json:"text,omitempty"` // of a script that is no file, without secrets
	Arguments []string `json:"arguments,omitempty"`
	Reason    string   `json:"reason,omitempty"`
	Plan      *Plan    `json:"plan,omitempty"` // that the run carries out
}

// A Plan is a plan that a run carries out.
type Plan struct {
	SHA256    string    `json:"sha256"`                 // of its file
	Script    string    `json:"script_sha256"`          // of the script that has made it
	Requester string    `json:"requester"`              // who has made it
	Approver  string    `json:"approver,omitempty"`     // who has signed it; empty if nobody had to
	Key       string    `json:"approver_key,omitempty"` // the fingerprint of the key that has signed it
	ExpiresAt time.Time `json:"expires_at"`
}

// A Change describes the change of one call.
type Change struct {
	Number    int      `json:"change,omitempty"` // within its run, from 1
	Database  string   `json:"database,omitempty"`
	At        string   `json:"at,omitempty"` // the line of the script
	Operation string   `json:"operation,omitempty"`
	Subject   string   `json:"of,omitempty"`
	Count     int      `json:"count,omitempty"` // how many ids it names, or how many workflows it is about if it names none
	IDs       []string `json:"ids,omitempty"`   // the first thousand of them
	From      []string `json:"from,omitempty"`  // the originals of as many forks
	Name      string   `json:"name,omitempty"`  // of the workflows that it enqueues
	Queue     string   `json:"queue,omitempty"` // on which it puts them
	To        string   `json:"to,omitempty"`    // the priority, version, queue or state that it sets
	Before    []Before `json:"before,omitempty"`
}

// A Before holds the things that a change changed and that had the same values before.
type Before struct {
	Status       string `json:"status,omitempty"`
	Queue        string `json:"queue,omitempty"`
	Version      string `json:"version,omitempty"`
	Priority     int64  `json:"priority,omitempty"`
	Deduplicated bool   `json:"deduplicated,omitempty"`
	Delayed      bool   `json:"delayed,omitempty"`
	Held         bool   `json:"held,omitempty"`
	// At holds their positions in the ids of the change, from 1, as inclusive ranges.
	At []int `json:"at"`
}

// Add adds the next position.
func (b *Before) Add(position int) {
	if last := len(b.At) - 1; last > 0 && b.At[last] == position-1 {
		b.At[last] = position
		return
	}
	b.At = append(b.At, position, position)
}

// A Line is one line of the file.
type Line struct {
	Time  time.Time `json:"time"`
	Event string    `json:"event"`
	Run
	Change
	Needs    []string `json:"needs,omitempty"` // of an approval, as flags
	Outcome  string   `json:"outcome,omitempty"`
	Changed  *int64   `json:"changed,omitempty"` // how many have changed
	Error    string   `json:"error,omitempty"`
	ExitCode *int     `json:"exit_code,omitempty"`
}
