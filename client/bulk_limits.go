package client

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// BulkLimits hold a bulk run back until the workflows that it has changed have moved on. The limits
// are kept with the run, so another process that goes on with it keeps to them. A dry run waits for
// nothing.
//
// A run with a limit goes on after its first batch when an executor has taken one of its workflows.
// If none takes one for half a minute, and the reason of ExplainWorkflow is that none will, the run
// stops with that reason.
type BulkLimits struct {
	// Concurrency is the largest number of changed workflows that have not ended; 0 is no limit.
	Concurrency int `json:"concurrency,omitempty"`
	// Canary is the size of a first wave: a number of changed workflows, or below 1 a share of all
	// workflows of the run. The rest waits until the wave has ended, and stays untouched if more of
	// it than MaxFailedShare did not end in SUCCESS, or a single one if that is nil. 0 is no wave.
	Canary float64 `json:"canary,omitempty"`
	// MaxFailedShare stops the run before the next batch if more than this share of the changed
	// workflows that have ended since failed: in ERROR, or as a dead letter. While fewer than 20
	// have ended, the share is that of 20, or of all of the run, if that has fewer. Nil is no
	// limit.
	MaxFailedShare *float64 `json:"max_failed_share,omitempty"`
	// MaxWaiting bounds the length of a queue; nil is no limit. It is not for verbs that put
	// nothing on the queue, whose run would wait for ever for room that it does not take.
	MaxWaiting *BulkMaxWaiting `json:"max_waiting,omitempty"`
}

// BulkMaxWaiting is the largest number of workflows that may wait on a queue. A batch takes only as
// many as have room there when it begins; others may put more on the queue.
type BulkMaxWaiting struct {
	Queue string `json:"queue" doc:"The queue." nonempty:"true" required:"true"`
	N     int    `json:"n" doc:"How many workflows may be ENQUEUED on it." min:"1" required:"true"`
}

// BulkStats are the numbers by which BulkInput.PauseWhen decides. Open, Succeeded, Failed and
// Cancelled count what this process has seen.
type BulkStats struct {
	Total       int64   `json:"total" doc:"How many workflows the run has."`
	Done        int64   `json:"done" doc:"How many of them have an outcome."`
	Changed     int64   `json:"changed" doc:"How many it has changed, or started again as a fork."`
	Drifted     int64   `json:"drifted" doc:"How many it left alone because somebody else has changed them."`
	Open        int64   `json:"open" doc:"How many of the changed ones have not ended."`
	Succeeded   int64   `json:"succeeded" doc:"How many of them ended in SUCCESS since they were changed."`
	Failed      int64   `json:"failed" doc:"How many ended in ERROR or as dead letters."`
	Cancelled   int64   `json:"cancelled" doc:"How many were cancelled."`
	FailedShare float64 `json:"failed_share" doc:"Failed ones of those that ended: 0 to 1; 0 if none has ended."`
}

// smallestShare is the number of ended workflows from which a share of failed ones counts as it is.
const smallestShare = 20

// check returns InvalidOption if a limit is wrong, or none for the verb.
func (l BulkLimits) check(verb bulkVerb) error {
	follows := l.Concurrency != 0 || l.Canary != 0 || l.MaxFailedShare != nil
	switch m := l.MaxWaiting; {
	case l.Concurrency < 0:
		return invalid(opBulk, "concurrency is %d; it can be 1 or more", l.Concurrency)
	case l.Canary < 0 || math.IsNaN(l.Canary) || l.Canary > math.MaxInt32 || l.Canary > 1 && l.Canary != math.Trunc(l.Canary):
		return invalid(opBulk, "canary is %v; it can be a whole number of workflows, or a share below 1", l.Canary)
	case l.MaxFailedShare != nil && !(*l.MaxFailedShare >= 0 && *l.MaxFailedShare <= 1):
		return invalid(opBulk, "max_failed_share is %v; it can be 0 to 1", *l.MaxFailedShare)
	case m != nil && m.Queue == "":
		return invalid(opBulk, "max_waiting needs the name of a queue")
	case m != nil && m.N < 1:
		return invalid(opBulk, "max_waiting has n = %d; it can be 1 or more", m.N)
	case m != nil && verb.fills != nil && !verb.fills(m.Queue):
		return &Error{Code: InvalidOption, Op: opBulk, Message: fmt.Sprintf("%s puts nothing on the queue %q, so max_waiting has nothing to bound", verb.name, m.Queue),
			Hint: "bound it with rps and batch_size"}
	case follows && verb.ends:
		return &Error{Code: InvalidOption, Op: opBulk, Message: fmt.Sprintf("after %s no workflow runs on, so canary, concurrency and max_failed_share have nothing to wait for", verb.name),
			Hint: "bound it with rps and batch_size"}
	}
	return nil
}

// keptLimits are what a run keeps of its input besides the rate, as JSON.
type keptLimits struct {
	BulkLimits
	BatchSize int       `json:"batch_size,omitempty"`
	MaxRPS    int       `json:"max_rps,omitempty"`
	KeepUntil time.Time `json:"keep_until,omitzero"`
}

// keptLimits returns the limits of a run of the input.
func (input *BulkInput) keptLimits() keptLimits {
	return keptLimits{input.Limits, input.BatchSize, input.MaxRPS, input.KeepUntil}
}

// text returns the limits as JSON, or "" if there are none.
func (l keptLimits) text() string {
	text, err := json.Marshal(l)
	if err != nil || string(text) == "{}" {
		return ""
	}
	return string(text)
}

// limitsOf reads the limits of a stored run.
func limitsOf(run *Bulk) (l keptLimits, err error) {
	if run.Limits == "" {
		return l, nil
	}
	if err := json.Unmarshal([]byte(run.Limits), &l); err != nil {
		return l, invalid(opBulk, "the limits of the bulk run %q: %v", run.ID, err)
	}
	return l, nil
}

// canaryOf returns how many of the workflows of a run are its canary.
func (l BulkLimits) canaryOf(total int64) int64 {
	size := l.Canary
	if size < 1 {
		size = math.Ceil(size * float64(total))
	}
	return min(int64(size), total)
}
