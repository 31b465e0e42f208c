package client

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Identity returns a text that differs from that of every other database: it stays the same over
// restarts of the server, and contains no name and no secret. That of a SQLite file changes with
// its path. It returns Unsupported for a database in memory, and the error of the query.
func Identity(c Client) (string, error) {
	const op = "identity"
	live, err := liveClient(c, op)
	if err != nil {
		return "", err
	}
	text, err := catalog.Lasting(live.ctx, live.db, live.config.DatabaseSchema)
	switch {
	case err != nil:
		return "", failure(op, err)
	case text == "":
		return "", &Error{Code: Unsupported, Op: op, Message: "a database in memory is not there for another process"}
	case live.db.Dialect() == query.SQLite:
		if path, err := filepath.EvalSymlinks(text); err == nil {
			text = path
		}
	}
	sum := sha256.Sum256([]byte(text + " " + live.config.DatabaseSchema))
	return hex.EncodeToString(sum[:8]), nil
}
