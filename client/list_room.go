package client

import "slices"

const (
	// rowsTogether is the number of rows of a chunk. Rows are collected in chunks, because one
	// growing slice would be copied, and scanned by the garbage collector, again and again.
	rowsTogether = 1000
	// maxPrealloc is the greatest limit for which a list allocates one slice in advance. Memory that
	// stays unused is returned, and was never touched.
	maxPrealloc = 1 << 17
)

// A statusList collects the rows of a list.
type statusList struct {
	room int // the capacity to allocate in advance; 0 if there is no limit, or a small or too great one
	full [][]WorkflowStatus
	last []WorkflowStatus
}

func newStatusList(limit *int) statusList {
	l := statusList{last: []WorkflowStatus{}}
	if limit != nil && *limit >= 2*rowsTogether && *limit <= maxPrealloc {
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

// more allocates the room for all rows, or the next chunk if that is unknown.
func (l *statusList) more() {
	if l.room > 0 {
		l.last = append(make([]WorkflowStatus, 0, l.room), l.last...)
		return
	}
	l.full, l.last = append(l.full, l.last), make([]WorkflowStatus, 0, rowsTogether)
}

// all returns the rows in the order in which they came.
func (l *statusList) all() []WorkflowStatus {
	switch {
	case len(l.full) > 0:
		return slices.Concat(append(l.full, l.last)...)
	case cap(l.last) > 2*max(len(l.last), rowsTogether):
		return slices.Clone(l.last)
	}
	return l.last
}
