package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	// wantedBatch is how long a batch should take. Others wait at most so long for the disk or for
	// the lock of a file.
	wantedBatch = 100 * time.Millisecond
	// slowBatch is how long a batch takes if the database is overloaded.
	slowBatch = time.Second
	// maxLag is how far a replica may be behind.
	maxLag = 5 * time.Second

	firstBatch    = 200                    // workflows in the first batch
	leastBatch    = 100                    // fewer would take longer in all
	shortestPause = 250 * time.Millisecond // the first one for others; each further one doubles
	longestPause  = 10 * time.Second       // shorter than the lease
	filePause     = 50 * time.Millisecond  // the most on SQLite, so that other writers get the lock
)

// A pace decides how many workflows a batch deletes, and how long to pause after it.
type pace struct {
	size, most int           // workflows of the next batch, and of the largest one
	pause      time.Duration // after each batch
	trouble    time.Duration // added to it while a batch is in the way of others
	file       bool          // writers wait for the lock of a file, which none of them is sure to get
}

func newPace(most int, pause time.Duration, dialect query.Dialect) *pace {
	return &pace{size: min(firstBatch, most), most: most, pause: pause, file: dialect == query.SQLite}
}

// after sets the size of the next batch and returns the pause before it. The pause doubles while
// batches are in the way of others.
func (p *pace) after(took time.Duration, load pruneLoad) time.Duration {
	switch {
	case took > 2*wantedBatch:
		p.size = max(p.size/2, min(leastBatch, p.most))
	case took < wantedBatch/2:
		p.size = min(p.size*2, p.most)
	}
	lag := time.Duration(load.lag) * time.Millisecond
	if load.waiters > 0 || lag > maxLag || took > slowBatch {
		p.trouble = min(max(2*p.trouble, shortestPause), longestPause)
	} else {
		p.trouble = 0
	}
	pause := max(p.pause, p.trouble)
	if p.file {
		pause = max(pause, min(took, filePause))
	}
	return pause
}
