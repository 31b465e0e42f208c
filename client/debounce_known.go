package client

import (
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// maxKnownKeys is the number of debounce keys that a client remembers, before it forgets all.
const maxKnownKeys = 10_000

// A knownKeys is a set of texts that does not grow without bounds.
type knownKeys struct {
	mutex sync.Mutex
	keys  map[string]bool
}

func (k *knownKeys) has(key string) bool {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.keys[key]
}

func (k *knownKeys) add(key string) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.keys == nil || len(k.keys) >= maxKnownKeys {
		k.keys = map[string]bool{}
	}
	k.keys[key] = true
}

// The statements for a key that an earlier call of this client has found or taken. They do what
// startOrBounce does if the group still waits, with a third of its parameters.
const (
	bounceKnown = `
UPDATE {workflow_status} AS ws SET inputs = ` + readInput + `, serialization = ` + readCodec + `, updated_at = CAST(:now AS BIGINT),
	` + pushedBack + `
WHERE ws.queue_name = CAST(:queue AS TEXT) AND ws.deduplication_id = CAST(:key AS TEXT) AND ` + waits + ` AND ` + ofGroup + `
	AND ` + noOtherHolder + `
RETURNING workflow_uuid`

	// bounceKnownBoth writes both inputs.
	bounceKnownBoth = `
WITH kept AS (` + bounceKnown + `, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept WHERE TRUE
ON CONFLICT (workflow_uuid) DO UPDATE SET inputs = excluded.inputs
RETURNING workflow_uuid`
)

// delayKnown delays the group of a key that waits, as far as this client knows.
func (d *debounce) delayKnown(b *db.Batch, args query.Args, found *attemptResult) {
	if d.client.writesOn("workflow_input") {
		db.Texts(b, &found.bounced, bounceKnownBoth, args)
		return
	}
	db.Texts(b, &found.bounced, bounceKnown, args)
	d.planInputs(b, keyInputs, args)
}
