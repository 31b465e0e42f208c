package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EnvURL names the environment variable with the address of a server that is already running,
// which all test packages of a run then share. The login must be allowed to create databases.
const EnvURL = "DBOS_SCRIPT_TEST_PG"

// adminTimeout is the longest wait for one CREATE or DROP, which may queue behind other tests.
const adminTimeout = time.Minute

// shared is the run's server. One that this process started ends when the garbage collector finds
// it, so it is kept together with its address.
type shared struct {
	address string
	server  *Server
}

// theShared is the server of EnvURL, else one that this process starts at the first call and that
// ends with it.
var theShared = sync.OnceValues(func() (shared, error) {
	if address := os.Getenv(EnvURL); address != "" {
		return shared{address: address}, nil
	}
	server, err := Start(Options{})
	if err != nil {
		return shared{}, err
	}
	return shared{address: server.URL("postgres"), server: server}, nil
})

// URL is the address of the server that the tests of this run share. Without one the test fails.
func URL(t testing.TB) string {
	t.Helper()
	found, err := theShared()
	if err != nil {
		t.Fatal(err)
	}
	return found.address
}

// NewDatabase is the address of an empty database of the test's own, dropped when the test ends.
func NewDatabase(t testing.TB) string {
	t.Helper()
	admin, name := URL(t), uniqueName(t)
	mustExec(t, admin, "CREATE DATABASE "+quote(name)+" TEMPLATE template0")
	t.Cleanup(func() { mustExec(t, admin, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)") })
	return withDatabase(t, admin, name)
}

// NewSchema returns the address of the shared database and the name of a schema that no other
// test uses. The schema does not exist yet. It is dropped when the test ends.
func NewSchema(t testing.TB) (address, schema string) {
	t.Helper()
	address, schema = URL(t), uniqueName(t)
	t.Cleanup(func() {
		mustExec(t, address, "DROP SCHEMA IF EXISTS "+quote(schema)+", "+quote(schema+"_script")+" CASCADE")
	})
	return address, schema
}

func withDatabase(t testing.TB, address, name string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s is no URL: %v", EnvURL, err)
	}
	parsed.Path = "/" + name
	return parsed.String()
}

func mustExec(t testing.TB, address, statement string) {
	t.Helper()
	if err := execute(address, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func execute(address, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// uniqueName starts with the test's name, so that a database left open shows whose it is, and is
// unique among processes too. PostgreSQL cuts names after 63 bytes.
func uniqueName(t testing.TB) string {
	const longest = 40
	name := strings.Map(plainLetter, strings.ToLower(t.Name()))
	random := make([]byte, 6)
	rand.Read(random)
	return fmt.Sprintf("%s_%s", name[:min(len(name), longest)], hex.EncodeToString(random))
}

func plainLetter(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
