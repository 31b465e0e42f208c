package client

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Identity returns a text that differs from that of every other database: it stays the same over
// restarts of the server, and contains no name and no secret. That of a SQLite file changes with
// its path. SameIdentity compares two, because logins may have other rights to know the server. It
// returns Unsupported for a database in memory, and the error of the query.
func Identity(c Client) (string, error) {
	const op = "identity"
	live, err := liveClient(c, op)
	if err != nil {
		return "", err
	}
	text, server, err := catalog.Lasting(live.ctx, live.db, live.config.DatabaseSchema)
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
	return identityOf(text+" "+live.config.DatabaseSchema, server), nil
}

// identityOf returns the identity of a database. Behind a dash stands that of its server, if it is
// known.
func identityOf(database, server string) string {
	identity := digest(database)
	if server != "" {
		identity += "-" + digest(server)
	}
	return identity
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// SameIdentity returns true if two results of Identity are of one database. A login may lack the
// right to know the server; if one of the two does, the servers are not compared.
func SameIdentity(a, b string) bool {
	database, server, known := strings.Cut(a, "-")
	other, otherServer, otherKnown := strings.Cut(b, "-")
	return database == other && (!known || !otherKnown || server == otherServer)
}
