package client

import (
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

const (
	// chunkRows is the number of rows of a chunk. Rows are collected in chunks, because one growing
	// slice would be copied, and scanned by the garbage collector, again and again.
	chunkRows = 1000
	// fewRows is the number of rows after which a list with a limit of at most a chunk allocates
	// the whole limit, because a page of a walk is likely to be full.
	fewRows = 64
	// maxPrealloc is the greatest limit for which a list of more than a chunk allocates one slice
	// of that size. If it stays mostly empty, the method all copies it to a small one.
	maxPrealloc = 1 << 17
)

// A statusList collects the rows of a list. The zero value is empty.
type statusList struct {
	fullChunks [][]WorkflowStatus
	lastChunk  []WorkflowStatus

	bytes    int64 // about how many bytes the rows have
	reported int64 // the same at the last call of Growing
}

const (
	// rowBytes is about the size of a row without its texts.
	rowBytes = 800
	// growthStep is the number of bytes by which a list grows between two calls of Growing, or an
	// eighth of its size if that is more, because Growing may collect garbage.
	growthStep = 4 << 20
)

// growing adds the size of a row to that of the list, and calls ClientConfig.Growing if the list
// has grown by a step.
func (l *statusList) growing(c *systemClient, r *statusRow) error {
	if c.config.Growing == nil {
		return nil
	}
	l.bytes += rowBytes
	for _, target := range r.targets {
		if text, ok := target.(*db.Text); ok {
			l.bytes += int64(len(text.String))
		}
	}
	if l.bytes-l.reported < max(growthStep, l.reported/8) {
		return nil
	}
	l.reported = l.bytes
	return c.config.Growing(c.ctx, l.bytes)
}

// next appends an empty row and returns its place. The list has at most limit rows; 0 is no limit.
func (l *statusList) next(limit int) *WorkflowStatus {
	switch {
	case len(l.lastChunk) == fewRows && limit > cap(l.lastChunk) && limit <= chunkRows:
		l.lastChunk = append(make([]WorkflowStatus, 0, limit), l.lastChunk...)
	case len(l.lastChunk) == chunkRows && !l.preallocated():
		l.grow(limit)
	}
	l.lastChunk = append(l.lastChunk, WorkflowStatus{})
	return &l.lastChunk[len(l.lastChunk)-1]
}

// preallocated returns true if grow has allocated one slice for the whole limit.
func (l *statusList) preallocated() bool { return cap(l.lastChunk) >= 2*chunkRows }

// grow allocates the memory for all rows, or for the next chunk if there is no limit, or a small or
// too great one.
func (l *statusList) grow(limit int) {
	if limit >= 2*chunkRows && limit <= maxPrealloc {
		l.lastChunk = append(make([]WorkflowStatus, 0, limit), l.lastChunk...)
		return
	}
	l.fullChunks, l.lastChunk = append(l.fullChunks, l.lastChunk), make([]WorkflowStatus, 0, chunkRows)
}

// all returns the rows in the order in which they came, and not nil if there are none.
func (l *statusList) all() []WorkflowStatus {
	switch {
	case l.lastChunk == nil:
		return []WorkflowStatus{}
	case len(l.fullChunks) > 0:
		return slices.Concat(append(l.fullChunks, l.lastChunk)...)
	case cap(l.lastChunk) > 2*max(len(l.lastChunk), chunkRows):
		return slices.Clone(l.lastChunk)
	}
	return l.lastChunk
}
