package worker

import (
	"context"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// appendOutput is appendStream for a value that no step writes.
const appendOutput = `
INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
SELECT CAST(:id AS TEXT), CAST(:key AS TEXT), CAST(:value AS TEXT), COALESCE(MAX(s."offset"), -1) + 1, 0, CAST(:codec AS TEXT)
FROM {streams} AS s WHERE s.workflow_uuid = :id AND s.key = :key`

// AppendOutput appends a text to a stream without a step, so a run that begins again appends it
// again. It may be called from any goroutine. It returns an error if the run has lost its workflow.
func (r *Run) AppendOutput(ctx context.Context, key, text string) error {
	encoded, err := codec.Encode(r.codec(), text)
	if err != nil {
		return err
	}
	args := query.Args{"id": r.id, "token": r.token, "key": key, "value": encoded, "codec": r.codec()}
	return r.worker.db.Run(ctx, func(b *db.Batch) {
		b.Guard(selectOtherOwner, args, errFenced)
		b.Exec(appendOutput, args, nil)
		r.notify(b, streamsChannel, args)
	})
}
