package db

import (
	"log/slog"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A batch switches the compiler of Postgres off for itself, and for nobody who uses the session
// after it: behind a pooler that is another program.
func TestABatchIsNotCompiled(t *testing.T) {
	t.Parallel()
	url := pgtest.NewDatabase(t)
	d, err := Open(t.Context(), Config{URL: url + "&pool_max_conns=1", Schema: "dbos", Logger: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(0) })
	const show = "SELECT current_setting('jit')"
	read := func(add func(b *Batch, value *string)) (value string) {
		if err := d.Read(t.Context(), func(b *Batch) { add(b, &value) }); err != nil {
			t.Fatal(err)
		}
		return value
	}
	scalar := func(b *Batch, value *string) { Scalar(b, value, show, query.Args{}) }
	for _, test := range []struct {
		name string
		add  func(b *Batch, value *string)
		want string
	}{
		{"one statement", scalar, "off"},
		{"several", func(b *Batch, value *string) { scalar(b, value); scalar(b, value) }, "off"},
		{"by indexes", func(b *Batch, value *string) { b.Indexed(); scalar(b, value) }, "off"},
		{"of the catalog", func(b *Batch, value *string) {
			b.Raw(show, nil, func(row Row) error { return row.Scan(value) })
		}, "off"},
		{"by a key", func(b *Batch, value *string) { b.Keyed(); scalar(b, value) }, "on"},
		{"by many keys", func(b *Batch, value *string) {
			b.Keyed()
			Scalar(b, value, show+" WHERE {in 'a' :ids}", query.Args{"ids": []string{"a", "b"}})
		}, "off"},
	} {
		if got := read(test.add); got != test.want {
			t.Errorf("%s: jit is %q", test.name, got)
		}
	}
}
