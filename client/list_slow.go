package client

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// slowList is the duration from which on a list is slow.
const slowList = time.Second

// A slowNotice remembers that a client has warned about a slow list, because one warning is enough.
type slowNotice struct {
	logged atomic.Bool
}

// noteTime warns once if a list was slow and some of its filters have no index. It does not warn if
// the database has few workflows, because the filters are not the cause then.
func (c *systemClient) noteTime(op string, o ListWorkflowsOptions, took time.Duration) {
	filters := o.scanned(c.db.Dialect())
	if took < slowList || len(filters) == 0 || c.slow.logged.Load() {
		return
	}
	if size, err := c.size(op); err != nil || size < manyWorkflows || c.slow.logged.Swap(true) {
		return
	}
	c.config.Logger.Warn(fmt.Sprintf("%s: this took %v, because no index leads to workflows by %s; narrow it by start_time, or by a status other than SUCCESS",
		op, took.Round(100*time.Millisecond), strings.Join(filters, ", ")))
}

// scanned returns the filters, as scripts call them, for which the database has to read workflows
// that do not match.
func (o ListWorkflowsOptions) scanned(dialect query.Dialect) []string {
	if o.selectsFew() || !o.createdFrom().IsZero() {
		return nil
	}
	var names []string
	for _, filter := range listFilters() {
		if !filter.indexed && filter.isSet(&o) {
			names = append(names, filter.option)
		}
	}
	if len(o.WorkflowIDPrefix) > 0 && !o.fewPrefixed {
		names = append(names, "workflow_id_prefix")
	}
	if o.Held != nil && !*o.Held { // an index has the held workflows only
		names = append(names, "held")
	}
	if o.Attributes != nil && dialect == query.SQLite { // which has no GIN index
		names = append(names, "attributes")
	}
	return names
}
