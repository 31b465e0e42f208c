package simulator

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/tables"
)

// A Database is the tables of a system database, to be filled and inspected without a client's
// rules. It is safe for concurrent use.
type Database struct{ *tables.Database }

// A Record is a row of a table as text.
type Record = tables.Record

// OpenDatabase opens a system database that exists. It uses the address and the logger of the
// configuration. It returns an error if there is no system database, and creates nothing.
func OpenDatabase(ctx context.Context, config client.ClientConfig) (*Database, error) {
	opened, err := tables.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	return &Database{opened}, nil
}
