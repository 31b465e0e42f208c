package db

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Every way in which a server ends a session is a lost connection, and it is known after which of
// them nothing has happened.
func TestAServerThatEndsTheSessionIsALostConnection(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]struct{ lost, unsure bool }{
		"57P01": {true, true}, "57P02": {true, true}, "57P03": {true, false}, "57P04": {true, true}, "57P05": {true, false},
		"25P03": {true, false}, "53300": {true, false}, "40003": {true, true}, "08000": {true, true}, "08001": {true, false},
		"08003": {true, true}, "08004": {true, false}, "08006": {true, true}, "08007": {true, true}, "08P01": {true, true},
		"57014": {}, "42P01": {}, "25006": {}, "40001": {}, "42501": {}, "25P04": {}, "53100": {},
	} {
		err := classify(t.Context(), &pgconn.PgError{Severity: "FATAL", Code: state})
		if lost := errors.Is(err, ErrConnection); lost != want.lost || Unsure(err) != want.unsure {
			t.Errorf("%s: lost %v, unsure %v; want %+v", state, lost, Unsure(err), want)
		}
	}
}
