package worker

import (
	"context"
	"math"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// selectOpen finds the partitions of a queue from which this executor can take something now, those
// with the oldest workflow first, so that none waits for ever. A claim is a transaction, and a
// queue may have thousands of partitions at their limits. The other columns count for the limits of
// the whole queue.
const selectOpen = `
WITH waiting AS (
	SELECT ws.queue_partition_key AS partition_key, MIN(ws.created_at) AS oldest FROM {workflow_status} AS ws
	WHERE ` + canFinish + ` AND ws.queue_partition_key IS NOT NULL GROUP BY ws.queue_partition_key
), running AS (
	SELECT ws.queue_partition_key AS partition_key, COUNT(*) AS runs FROM {workflow_status} AS ws
	WHERE ws.queue_name = :queue AND ` + isRunning + ofApplication + ` GROUP BY ws.queue_partition_key
), begun AS (
	SELECT ws.queue_partition_key AS partition_key, COUNT(*) AS runs FROM {workflow_status} AS ws
	WHERE ` + startedSince + ` :partition_start` + ofApplication + ` GROUP BY ws.queue_partition_key
)
SELECT waiting.partition_key, (SELECT CAST(COALESCE(SUM(runs), 0) AS BIGINT) FROM running),
	(SELECT COUNT(*) FROM {workflow_status} AS ws WHERE ` + startedSince + ` :period_start` + ofApplication + `)
FROM waiting LEFT JOIN running ON running.partition_key = waiting.partition_key LEFT JOIN begun ON begun.partition_key = waiting.partition_key
WHERE COALESCE(running.runs, 0) < CAST(:partition_concurrency AS BIGINT) AND COALESCE(begun.runs, 0) < CAST(:partition_max AS BIGINT)
ORDER BY waiting.oldest, waiting.partition_key`

// A partitions holds the partitions of a queue that have room, and how many workflows the limits of
// the whole queue leave.
type partitions struct {
	keys []string
	room int64
}

func (x *Executor) openPartitions(ctx context.Context, queue Queue) (open partitions, err error) {
	args := x.claimArgs(queue, nil, 0)
	whole, _ := queue.scopes()
	err = x.worker.Load().db.Read(ctx, func(b *db.Batch) {
		open = partitions{room: math.MaxInt32}
		b.Query(selectOpen, args, func(row db.Row) error {
			var key string
			var running, started int64
			err := row.Scan(&key, &running, &started)
			open.keys = append(open.keys, key)
			open.room = min(atMost(whole.concurrency)-running, atMost(whole.rate.Max)-started)
			return err
		})
	})
	return open, err
}
