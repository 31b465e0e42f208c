package client

import "slices"

const (
	// rowsTogether is the number of rows of a chunk. Rows are collected in chunks, because one
	// growing slice would be copied, and scanned by the garbage collector, again and again.
	rowsTogether = 1000
	// fewRows is the number of rows from which a list with a small limit allocates the limit: it is
	// likely to be reached, as by the pages of a walk.
	fewRows = 64
	// maxPrealloc is the greatest limit for which a list allocates one slice in advance. Memory that
	// stays unused is returned, and was never touched.
	maxPrealloc = 1 << 17
)

// A statusList collects the rows of a list.
type statusList struct {
	room int // the capacity to allocate in advance; 0 if there is no limit, or a small or too great one
	page int // the capacity to allocate after fewRows; 0 if there is no limit, or no small one
	full [][]WorkflowStatus
	last []WorkflowStatus
}

func newStatusList(limit *int) statusList {
	l := statusList{last: []WorkflowStatus{}}
	switch {
	case limit == nil:
	case *limit >= 2*rowsTogether && *limit <= maxPrealloc:
		l.room = *limit
	case *limit > fewRows && *limit <= rowsTogether:
		l.page = *limit
	}
	return l
}

func (l *statusList) add(s WorkflowStatus) {
	switch {
	case len(l.last) == fewRows && l.page > cap(l.last):
		l.last = append(make([]WorkflowStatus, 0, l.page), l.last...)
	case len(l.last) == rowsTogether && cap(l.last) < 2*rowsTogether:
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
