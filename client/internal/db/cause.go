package db

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Hint returns how to repair the cause of a failure, or "" if the cause is unknown.
func Hint(err error) string {
	var server *pgconn.PgError
	var file *sqlite.Error
	switch {
	case errors.As(err, &server):
		return serverHint(server)
	case errors.As(err, &file):
		return fileHint(file)
	}
	if hint := certificateHint(err); hint != "" {
		return hint
	}
	return networkHint(err)
}

// noneFree is the hint if a server or a pooler takes no further connection.
const noneFree = "the server has no connection free: end some, raise its max_connections, or write pool_max_conns=1 in the database URL"

// serverHint goes by the SQLSTATE, and by the message where one state has several causes.
func serverHint(err *pgconn.PgError) string {
	switch err.Code {
	case "28P01":
		return "check the user and the password of the database URL; signs such as @ / # ? and % are written %40 %2F %23 %3F and %25 there"
	case "28000":
		switch {
		case strings.Contains(err.Message, "no encryption"):
			return "the server lets nobody in without TLS: write sslmode=require in the database URL"
		case strings.Contains(err.Message, "pg_hba.conf"):
			return "pg_hba.conf of the server has no entry for this user, database and host"
		}
		return "check the user of the database URL"
	case "3D000":
		return "check the name of the database; `dbos-script db init` creates one"
	case "42501":
		return "the user of the database URL lacks a privilege: grant USAGE on the schema, SELECT on its tables, and INSERT, UPDATE and DELETE to change something"
	case "53300":
		return noneFree
	case "08P01":
		switch {
		case strings.Contains(err.Message, "startup parameter"):
			return "a pooler such as PgBouncer refuses session parameters: leave search_path, options and the like out of the database URL; --schema names the schema"
		case strings.Contains(err.Message, "no more connections allowed"):
			return noneFree
		}
	case "57P03":
		return "the server is starting, or stopping: try again in a moment"
	}
	return ""
}

// networkHint depends on the error of the first bytes of a connection.
func networkHint(err error) string {
	var lookup *net.DNSError
	var network net.Error
	switch {
	case strings.Contains(err.Error(), "server refused TLS"):
		return "the server has no TLS: write sslmode=disable in the database URL"
	case errors.As(err, &lookup):
		return "check the host of the database URL"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there: check that the database server runs, and host and port of the database URL"
	case errors.Is(err, os.ErrNotExist):
		return "there is no such socket: check that the database server runs, and the folder of its socket"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "there is no way to that host: check the network, and the host of the database URL"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "no answer came in time: check host and port, and that no firewall is between; connect_timeout=SECONDS in the database URL waits longer"
	}
	return ""
}

func certificateHint(err error) string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var remote *net.OpError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		return "the server's certificate is of an authority that is not known here: name its file with sslrootcert=FILE"
	case errors.As(err, &name):
		return "the server's certificate is for another host: write the host as it is named there, or sslmode=verify-ca"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired, or is not valid yet: check the clock of this machine"
	case errors.As(err, &invalid):
		return "the server's certificate is not valid: have it renewed"
	case errors.As(err, &remote) && remote.Op == "remote error": // as crypto/tls calls an alert of the other side
		return "the server refuses this client's certificate, or its way of TLS: check sslcert and sslkey"
	case errors.As(err, &record):
		return "what answers there is no Postgres with TLS: check host and port"
	}
	return ""
}

// fileHint is about folders too: a database with a write-ahead log needs two files beside it.
func fileHint(err *sqlite.Error) string {
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
		if strings.Contains(err.Error(), "readonly") && err.Code() == sqlite3.SQLITE_READONLY {
			return "" // a read-only connection that was asked to write
		}
		return "the file or its folder may not be written, and an SQLite database with a write-ahead log needs files beside it; to read one that nobody changes: sqlite:PATH?immutable=1"
	}
	return ""
}
