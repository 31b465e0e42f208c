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
	capacity     int // the capacity to allocate in advance; 0 if there is no limit, or a small or too great one
	pageCapacity int // the capacity to allocate after fewRows; 0 if there is no limit, or no small one
	fullChunks   [][]WorkflowStatus
	lastChunk    []WorkflowStatus
}

func newStatusList(limit *int) statusList {
	l := statusList{lastChunk: []WorkflowStatus{}}
	switch {
	case limit == nil:
	case *limit >= 2*rowsTogether && *limit <= maxPrealloc:
		l.capacity = *limit
	case *limit > fewRows && *limit <= rowsTogether:
		l.pageCapacity = *limit
	}
	return l
}

func (l *statusList) add(s WorkflowStatus) {
	switch {
	case len(l.lastChunk) == fewRows && l.pageCapacity > cap(l.lastChunk):
		l.lastChunk = append(make([]WorkflowStatus, 0, l.pageCapacity), l.lastChunk...)
	case len(l.lastChunk) == rowsTogether && cap(l.lastChunk) < 2*rowsTogether:
		l.more()
	}
	l.lastChunk = append(l.lastChunk, s)
}

// more allocates the room for all rows, or the next chunk if that is unknown.
func (l *statusList) more() {
	if l.capacity > 0 {
		l.lastChunk = append(make([]WorkflowStatus, 0, l.capacity), l.lastChunk...)
		return
	}
	l.fullChunks, l.lastChunk = append(l.fullChunks, l.lastChunk), make([]WorkflowStatus, 0, rowsTogether)
}

// all returns the rows in the order in which they came.
func (l *statusList) all() []WorkflowStatus {
	switch {
	case len(l.fullChunks) > 0:
		return slices.Concat(append(l.fullChunks, l.lastChunk)...)
	case cap(l.lastChunk) > 2*max(len(l.lastChunk), rowsTogether):
		return slices.Clone(l.lastChunk)
	}
	return l.lastChunk
}
