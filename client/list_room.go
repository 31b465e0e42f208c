package client

import "slices"

const (
	// rowsTogether is how many rows a list collects at a time. One slice that grows would be copied, and looked through by
	// the garbage collector, again and again.
	rowsTogether = 1000
	// mostRoom is for how many rows a list makes room at once, where its limit says that there may be as many. What stays
	// empty is given back, and takes no memory before: nobody has touched it.
	mostRoom = 1 << 17
)

// A statusList collects the rows of a list.
type statusList struct {
	room int // for how many the limit says that there may be; 0 where that is not known, few or too many
	full [][]WorkflowStatus
	last []WorkflowStatus
}

func newStatusList(limit *int) statusList {
	l := statusList{last: []WorkflowStatus{}}
	if limit != nil && *limit >= 2*rowsTogether && *limit <= mostRoom {
		l.room = *limit
	}
	return l
}

func (l *statusList) add(s WorkflowStatus) {
	if len(l.last) == rowsTogether && cap(l.last) < 2*rowsTogether {
		l.more()
	}
	l.last = append(l.last, s)
}

// more makes room for all where there is a limit, else for as many again.
func (l *statusList) more() {
	if l.room > 0 {
		l.last = append(make([]WorkflowStatus, 0, l.room), l.last...)
		return
	}
	l.full, l.last = append(l.full, l.last), make([]WorkflowStatus, 0, rowsTogether)
}

// all gives the rows in the order in which they came.
func (l *statusList) all() []WorkflowStatus {
	switch {
	case len(l.full) > 0:
		return slices.Concat(append(l.full, l.last)...)
	case cap(l.last) > 2*max(len(l.last), rowsTogether):
		return slices.Clone(l.last)
	}
	return l.last
}
