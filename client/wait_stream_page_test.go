package client

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// Pages of a stream grow while its values are short, and shrink when they are long.
func TestThePagesOfAStream(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rows, bytes, want int }{
		{500, 0, 2000}, {500, 20, 2000}, {2000, 20, 5000}, {5000, 20, 5000}, {500, 1000, 1048}, {500, 100_000, 50}, {50, 100_000, 50}, {50, 20, 200},
	} {
		page := make([]streamEntry, c.rows)
		for i := range page {
			page[i].value = codec.Encoded{Text: strings.Repeat("x", c.bytes)}
		}
		if got := pageAfter(page); got != c.want {
			t.Errorf("after %d values of %d bytes: %d, want %d", c.rows, c.bytes, got, c.want)
		}
	}
}

// While a full page is delivered, the next one is read. A page that is not full is the last.
func TestTheNextPageOfAStreamIsReadAhead(t *testing.T) {
	t.Parallel()
	database, err := db.Open(t.Context(), db.Config{URL: "sqlite::memory:", Logger: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close(0) })
	if err := database.Script(t.Context(), []string{
		"CREATE TABLE workflow_status (workflow_uuid TEXT, status TEXT)", "INSERT INTO workflow_status VALUES ('w', 'SUCCESS')",
		`CREATE TABLE streams (workflow_uuid TEXT, key TEXT, value TEXT, "offset" INTEGER, serialization TEXT)`,
		`INSERT INTO streams SELECT 'w', 'k', '"v"', value, 'portable_json' FROM json_each('[0, 1, 2]')`,
	}); err != nil {
		t.Fatal(err)
	}
	c := newLive(&session{db: database, config: ClientConfig{Logger: slog.Default()}}, t.Context(), "")
	r := &streamReader{client: c, id: "w", key: "k", size: 2, deliver: func(any) bool { return true }}
	if err := r.read(t.Context()); err != nil || len(r.answer.page) != 2 || r.ahead == nil {
		t.Fatalf("the first page is %v, %v; something is read: %v", r.answer.page, err, r.ahead != nil)
	}
	if _, err := r.decide(); err != nil {
		t.Fatal(err)
	}
	if err := r.read(t.Context()); err != nil || len(r.answer.page) != 1 || r.answer.page[0].offset != 2 || r.ahead != nil {
		t.Fatalf("the last page is %v, %v; something is read: %v", r.answer.page, err, r.ahead != nil)
	}
	if _, err := r.decide(); err != nil || !r.closed || r.next != 3 {
		t.Errorf("closed %v, next %d, %v", r.closed, r.next, err)
	}
}
