package bindings

import (
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Changes is the record that a call on many workflows or schedules returns: the outcome for each.
type Changes struct {
	connection *Connection // on which handles are made
	report     *client.Report
}

// Resumed is the result of a call that starts or resumes many workflows: their handles, with the
// outcome for each.
type Resumed = declare.Listing[*Handle, *Changes]

// Backfilled is the result of a backfill: the new ids, with the outcome for each tick.
type Backfilled = declare.Listing[string, *Changes]

// String returns the summary in one line.
func (c *Changes) String() string { return c.report.String() }

// changes returns a report as the result of a handler. It also takes the error of the client's
// method, and returns it if there is one, so that a handler passes both results of the method on in
// one line.
func (c *Connection) changes(report *client.Report, err error) (*Changes, error) {
	if err != nil {
		return nil, err
	}
	return &Changes{c, report}, nil
}

// listed returns the handles of the workflows that a call started or resumed, with its report.
func (c *Connection) listed(report *client.Report, err error) (Resumed, error) {
	changes, err := c.changes(report, err)
	if err != nil {
		return Resumed{}, err
	}
	return Resumed{Items: changes.handles(), About: changes}, nil
}

// handles returns a handle for each workflow that exists after the call; if it was forked, that of
// the fork.
func (c *Changes) handles() []*Handle {
	handles := make([]*Handle, 0, len(c.report.Results))
	for i := range c.report.Results {
		if id := c.report.Results[i].Running(); id != "" {
			handles = append(handles, &Handle{c.connection, id})
		}
	}
	return handles
}

func changesClass() *declare.Class {
	count := func(outcome client.ChangeOutcome) func(*Changes) int {
		return func(c *Changes) int { return c.report.Count(outcome) }
	}
	changed := func(c *Changes) int {
		return c.report.Count(client.OutcomeChanged) + c.report.Count(client.OutcomeCreated)
	}
	return declare.ClassOf[*Changes]("changes", "The outcome of a call for each of the workflows or schedules that it named. `tostring` is a summary of one line.").
		With(
			declare.Get("changed", "The number of workflows or schedules that the call changed or created.", changed),
			declare.Get("created", "How many schedules are new; a new workflow is only counted as changed.", count(client.OutcomeCreated)),
			declare.Get("unchanged", "The number of workflows that stay as they are, because of their state or because they have the wanted values already.", count(client.OutcomeUnchanged)),
			declare.Get("unknown", "The number of ids that do not exist.", count(client.OutcomeUnknown)),
			declare.Get("outcomes", "The outcome for each id, in the order of the ids. An id that was given twice has one outcome.",
				func(c *Changes) []client.ChangeResult { return c.report.Results }),
		)
}
