package client

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// slowList is the time from which a list says how to narrow it.
const slowList = time.Second

// A slowNotice is the one warning of a client about a list that took long.
type slowNotice struct {
	given atomic.Bool
}

// noteTime warns once if a list of many workflows took long and conditions of it have no index. Of few
// workflows it says nothing, because then something else takes the time.
func (c *systemClient) noteTime(op string, o ListWorkflowsOptions, took time.Duration) {
	filters := o.scanned(c.db.Dialect())
	if took < slowList || len(filters) == 0 || c.slow.given.Load() {
		return
	}
	if size, err := c.size(op); err != nil || size < manyWorkflows || c.slow.given.Swap(true) {
		return
	}
	c.config.Logger.Warn(fmt.Sprintf("%s: this took %v, because no index leads to workflows by %s; narrow it by start_time, or by a status other than SUCCESS",
		op, took.Round(100*time.Millisecond), strings.Join(filters, ", ")))
}

// scanned returns the filters, as scripts call them, for which the database has to read workflows that
// do not match.
func (o ListWorkflowsOptions) scanned(dialect query.Dialect) []string {
	if len(o.WorkflowIDs)+len(o.ForkedFrom)+len(o.ParentWorkflowID) > 0 || !o.createdFrom().IsZero() {
		return nil
	}
	var names []string
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"name", len(o.Name) > 0}, {"app_version", len(o.AppVersion) > 0}, {"user", len(o.User) > 0}, {"queue_name", len(o.QueueName) > 0},
		{"executor_ids", len(o.ExecutorIDs) > 0}, {"application_name", len(o.ApplicationName) > 0}, {"was_forked_from", o.WasForkedFrom != nil},
		{"is_debounced", o.IsDebounced != nil}, {"held", o.Held != nil && !*o.Held}, {"workflow_id_prefix", len(o.WorkflowIDPrefix) > 0 && !o.fewPrefixed},
		{"attributes", o.Attributes != nil && dialect == query.SQLite},
	} {
		if f.is {
			names = append(names, f.name)
		}
	}
	return names
}
