package db

import (
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Close says that a connection is in use; once it is free, a second call says that all is closed.
func TestCloseSaysThatAConnectionIsInUse(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "a.db"), Logger: quiet(), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	places := d.backend.(*sqliteFile).sqlitePool.places
	places <- struct{}{} // a call that does not end
	closesOnce(t, d, func() { <-places })
}

// A handle of the caller is in use while a statement runs on it.
func TestCloseSaysThatAHandleIsInUse(t *testing.T) {
	t.Parallel()
	handle, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Config{Handle: handle, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	reading, read := make(chan struct{}), make(chan struct{})
	end, ended := sync.OnceFunc(func() { close(read) }), make(chan error)
	defer end()
	go func() {
		ended <- d.Read(t.Context(), func(b *Batch) {
			b.Query("SELECT 1", nil, func(Row) error { close(reading); <-read; return nil })
		})
	}()
	<-reading
	closesOnce(t, d, func() {
		end()
		if err := <-ended; err != nil {
			t.Errorf("the statement ended with %v", err)
		}
	})
}

// closesOnce checks that a database is closed only when what uses it ends.
func closesOnce(t *testing.T, d *DB, end func()) {
	t.Helper()
	if d.Close(time.Millisecond) {
		t.Error("Close does not say that a connection is in use")
	}
	end()
	for range 2 {
		if !d.Close(0) {
			t.Error("Close says that a connection is in use, which is not")
		}
	}
}
