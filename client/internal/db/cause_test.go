package db

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/dbos-script/dbos-script/client/internal/address"
)

// A refuser is a server that ends every login in one way.
type refuser struct {
	answer *pgproto3.ErrorResponse // nil for a server that never answers
	secure *tls.Config             // nil for a server without TLS
}

// listen returns the port of a server that refuses until the test ends.
func (r refuser) listen(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			go r.refuse(conn)
		}
	}()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func (r refuser) refuse(conn net.Conn) {
	if r.answer == nil && r.secure == nil {
		return
	}
	defer conn.Close()
	for {
		backend := pgproto3.NewBackend(conn, conn)
		first, err := backend.ReceiveStartupMessage()
		if err != nil {
			return
		}
		if _, asked := first.(*pgproto3.SSLRequest); !asked {
			backend.Send(r.answer)
			_ = backend.Flush()
			return
		}
		if r.secure == nil {
			_, _ = conn.Write([]byte("N"))
			continue
		}
		_, _ = conn.Write([]byte("S"))
		conn = tls.Server(conn, r.secure)
	}
}

// certificate returns one that signs itself, for a host and a time, and the file of its authority.
func certificate(t *testing.T, host string, until time.Time) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: until.Add(-time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}

// Each cause of a connection that could not be made has a hint of its own.
func TestAHintGoesByTheCause(t *testing.T) {
	t.Parallel()
	known, authority := certificate(t, "localhost", time.Now().Add(time.Hour))
	elsewhere, elsewhereAuthority := certificate(t, "db.example", time.Now().Add(time.Hour))
	expired, expiredAuthority := certificate(t, "localhost", time.Now().Add(-time.Hour))
	demanding := known.Clone()
	demanding.ClientAuth, demanding.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
	says := func(state, message string) refuser {
		return refuser{answer: &pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: state, Message: message}}
	}
	for name, c := range map[string]struct {
		server     refuser
		parameters string
		hint       string
	}{
		"no entry":                {says("28000", `no pg_hba.conf entry for host "127.0.0.1", user "ops", database "shop", SSL encryption`), "sslmode=disable", "pg_hba.conf of the server has no entry"},
		"no entry without TLS":    {says("28000", `no pg_hba.conf entry for host "127.0.0.1", user "ops", database "shop", no encryption`), "sslmode=disable", "write sslmode=require"},
		"no such role":            {says("28000", `role "ops" does not exist`), "sslmode=disable", "check the user"},
		"a wrong password":        {says("28P01", `password authentication failed for user "ops"`), "sslmode=disable", "check the user and the password"},
		"too many connections":    {says("53300", "sorry, too many clients already"), "sslmode=disable", "pool_max_conns=1"},
		"a full pooler":           {says("08P01", "no more connections allowed (max_client_conn)"), "sslmode=disable", "pool_max_conns=1"},
		"a server that starts":    {says("57P03", "the database system is starting up"), "sslmode=disable", "try again in a moment"},
		"no such database":        {says("3D000", `database "shop" does not exist`), "sslmode=disable", "check the name of the database"},
		"a parameter of a pooler": {says("08P01", "unsupported startup parameter: options"), "sslmode=disable", "leave search_path, options and the like out"},
		"no TLS":                  {says("28000", "?"), "sslmode=require", "write sslmode=disable"},
		"an unknown authority":    {refuser{secure: known}, "sslmode=verify-full", "name its file with sslrootcert=FILE"},
		"another host":            {refuser{secure: elsewhere}, "sslmode=verify-full&sslrootcert=" + elsewhereAuthority, "for another host"},
		"expired":                 {refuser{secure: expired}, "sslmode=verify-full&sslrootcert=" + expiredAuthority, "has expired"},
		"no client certificate":   {refuser{secure: demanding}, "sslmode=verify-full&sslrootcert=" + authority, "check sslcert and sslkey"},
		"no answer":               {refuser{}, "sslmode=disable&connect_timeout=1", "no answer came in time"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := fmt.Sprintf("postgres://ops:x@localhost:%s/shop?%s", c.server.listen(t), c.parameters)
			database, err := Open(t.Context(), Config{URL: url, Source: address.Operator, Schema: "public", Logger: quiet()})
			if err == nil {
				defer database.Close(0)
				err = database.Once(t.Context(), func(b *Batch) { b.Raw("SELECT 1", nil, nil) })
			}
			if hint := Hint(err); err == nil || !strings.Contains(hint, c.hint) {
				t.Errorf("%v: the hint is %q", err, hint)
			}
		})
	}
}

// The files of a write-ahead log cannot be made where something else is in their place, or the
// folder may not be written.
func TestTheHintForAWriteAheadLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "item.db")
	writer, err := Open(t.Context(), Config{URL: "sqlite:" + path, Logger: quiet(), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Script(t.Context(), []string{"CREATE TABLE item (n BIGINT)"}); err != nil {
		t.Fatal(err)
	}
	writer.Close(0)
	if err := os.Mkdir(path+"-wal", 0o700); err != nil {
		t.Fatal(err)
	}
	reader, err := Open(t.Context(), Config{URL: "sqlite:" + path, Logger: quiet(), ReadOnly: true})
	if err == nil {
		defer reader.Close(0)
		err = reader.Read(t.Context(), func(b *Batch) { b.Raw("SELECT n FROM item", nil, nil) })
	}
	if hint := Hint(err); err == nil || !strings.Contains(hint, "files beside it") {
		t.Errorf("%v: the hint is %q", err, hint)
	}
}
