package client

import (
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

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

	bytes    int64 // about how many bytes the rows have
	reported int64 // the same at the last call of Growing
}

const (
	// rowBytes is about the size of a row without its texts.
	rowBytes = 800
	// growthStep is how many bytes a list grows by before Growing is called.
	growthStep = 4 << 20
)

// growing calls ClientConfig.Growing if the list has grown by a step. It is called after each row.
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
