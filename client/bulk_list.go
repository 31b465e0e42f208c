package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	opListBulks = "list bulk runs"

	listBulks     = bulkColumns + newestBulks
	listBulksOf   = bulkColumns + ` WHERE {in run.state :states}` + newestBulks
	newestBulks   = ` ORDER BY run.created_at DESC, run.bulk_id LIMIT CAST(:limit AS BIGINT)`
	unlimitedList = int64(1<<63 - 1)
)

// bulkStates are all states of bulk runs.
var bulkStates = []BulkState{BulkRunning, BulkPaused, BulkStopped, BulkDone}

// ListBulksOptions select bulk runs. The zero value selects all.
type ListBulksOptions struct {
	// State has the states to list. Nil is every state, and an empty list selects no run.
	State []BulkState
	// Limit is the largest number of runs; 0 is no limit.
	Limit int
}

// ListBulks returns bulk runs, the newest first. The list is empty if the database has no tables
// for them. It returns InvalidOption if the limit is negative, or a state is none of a bulk run.
func ListBulks(c Client, o ListBulksOptions) ([]Bulk, error) {
	if o.Limit < 0 {
		return nil, invalid(opListBulks, "limit is %d; it can be 0, for no limit, or more", o.Limit)
	}
	for _, state := range o.State {
		if !slices.Contains(bulkStates, state) {
			return nil, invalid(opListBulks, "a bulk run is never %q; its states are %s", state, strings.Trim(fmt.Sprint(bulkStates), "[]"))
		}
	}
	live, err := bulkClient(c, opListBulks)
	if CodeOf(err) == Unsupported {
		return []Bulk{}, nil
	}
	if err != nil {
		return nil, err
	}
	return live.bulks(o)
}

func (c *systemClient) bulks(o ListBulksOptions) (list []Bulk, err error) {
	list = []Bulk{}
	if o.State != nil && len(o.State) == 0 {
		return list, nil
	}
	statement, args := listBulks, query.Args{"limit": unlimitedList}
	if o.Limit > 0 {
		args["limit"] = int64(o.Limit)
	}
	if o.State != nil {
		statement = listBulksOf
		args["states"] = column(o.State, func(s BulkState) string { return string(s) })
	}
	err = c.read(opListBulks, func(b *db.Batch) { db.Collect(b, &list, statement, args, scanBulk) })
	return list, err
}
