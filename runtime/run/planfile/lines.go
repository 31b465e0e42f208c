package planfile

import (
	"encoding/json"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// version is the version of the format. A file of another version is not read.
const version = 1

// A Header says where a plan comes from and how long it may be carried out. It is the first line.
type Header struct {
	Version   int       `json:"plan"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Requester string    `json:"requester"` // the user who made the plan
	Host      string    `json:"host,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Script    string    `json:"script"`
	SHA256    string    `json:"sha256"` // of the script
	Arguments []string  `json:"arguments,omitempty"`
	Profile   string    `json:"profile,omitempty"`
	Database  Database  `json:"database"`
	Limits    Limits    `json:"limits"`
	// Approval is true if the profile demands that another person signs the plan.
	Approval bool `json:"approval,omitempty"`
}

// A Database is the database of a plan.
type Database struct {
	Name     string `json:"name"`     // its URL without secrets, for people
	Identity string `json:"identity"` // see client.Identity
}

// Limits are the limits of the run that made the plan.
type Limits struct {
	MaxChanges   *int64 `json:"max_changes,omitempty"` // nil is no limit
	ConfirmAbove int64  `json:"confirm_above"`
}

// A Group is one kind of change, which a bulk run carries out. It comes before its first row.
type Group struct {
	Number    int             `json:"group"` // from 1
	Operation string          `json:"operation"`
	Verb      string          `json:"verb"`
	Options   json.RawMessage `json:"options"`
	// The settings of the bulk run, as dbos.bulk has them; 0 and nil are none.
	RPS       int                `json:"rps,omitempty"`
	BatchSize int                `json:"batch_size,omitempty"`
	Limits    *client.BulkLimits `json:"limits,omitempty"`
}

// Input returns the bulk run that carries out the group, without its workflows.
func (g Group) Input() client.BulkInput {
	input := client.BulkInput{Verb: g.Verb, Options: g.Options, RPS: g.RPS, BatchSize: g.BatchSize}
	if g.Limits != nil {
		input.Limits = *g.Limits
	}
	return input
}

// A Row is one workflow to change, as it was seen.
type Row struct {
	Group     int                       `json:"in"`
	ID        string                    `json:"id"`
	Status    client.WorkflowStatusType `json:"status"`
	UpdatedAt int64                     `json:"updated_at"` // milliseconds since 1970
}

// Seen returns the workflow as a bulk run takes it.
func (r Row) Seen() client.SeenWorkflow {
	return client.SeenWorkflow{ID: r.ID, Status: r.Status, UpdatedAt: r.UpdatedAt}
}

// An End is the line before the last one, which is the hash of all lines before it.
type End struct {
	Rows   int64 `json:"rows"`
	Groups int   `json:"groups"`
	// Outside is the number of calls outside of the database that the script would make. Carrying
	// out the plan makes none.
	Outside int64 `json:"outside,omitempty"`
}

// line is any line but the first and the last.
type line struct {
	Group *Group
	Row   *Row
	End   *End
}

// sum is the last line.
type sum struct {
	SHA256 string `json:"sha256"`
}
