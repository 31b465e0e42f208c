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

// A statusList collects the rows of a list. The zero value is empty.
type statusList struct {
	fullChunks [][]WorkflowStatus
	lastChunk  []WorkflowStatus
}

// add appends a row. The list has at most limit rows; 0 is no limit.
func (l *statusList) add(s WorkflowStatus, limit int) {
	switch {
	case len(l.lastChunk) == fewRows && limit > cap(l.lastChunk) && limit <= rowsTogether:
		l.lastChunk = append(make([]WorkflowStatus, 0, limit), l.lastChunk...)
	case len(l.lastChunk) == rowsTogether && cap(l.lastChunk) < 2*rowsTogether:
		l.grow(limit)
	}
	l.lastChunk = append(l.lastChunk, s)
}

// grow allocates the memory for all rows, or for the next chunk if there is no limit, or a small or
// too great one.
func (l *statusList) grow(limit int) {
	if limit >= 2*rowsTogether && limit <= maxPrealloc {
		l.lastChunk = append(make([]WorkflowStatus, 0, limit), l.lastChunk...)
		return
	}
	l.fullChunks, l.lastChunk = append(l.fullChunks, l.lastChunk), make([]WorkflowStatus, 0, rowsTogether)
}

// all returns the rows in the order in which they came, and not nil if there are none.
func (l *statusList) all() []WorkflowStatus {
	switch {
	case l.lastChunk == nil:
		return []WorkflowStatus{}
	case len(l.fullChunks) > 0:
		return slices.Concat(append(l.fullChunks, l.lastChunk)...)
	case cap(l.lastChunk) > 2*max(len(l.lastChunk), rowsTogether):
		return slices.Clone(l.lastChunk)
	}
	return l.lastChunk
}
