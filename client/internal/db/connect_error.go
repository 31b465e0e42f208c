package db

import (
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// A connectError is the error of a connection that could not be made, in one line. The driver lists
// every address that it tried, which repeats itself if there is one server.
type connectError struct {
	connect *pgconn.ConnectError
	reason  string
}

func (r *connectError) Error() string {
	c := r.connect.Config
	return fmt.Sprintf("no connection to %s as user %q, database %q: %s",
		net.JoinHostPort(c.Host, fmt.Sprint(c.Port)), c.User, c.Database, r.reason)
}

func (r *connectError) Unwrap() error { return r.connect }

// shorten shortens the error of a connection that could not be made.
func shorten(err error) error {
	var connect *pgconn.ConnectError
	if !errors.As(err, &connect) || connect.Config == nil {
		return err
	}
	return &connectError{connect, reason(err)}
}

// reason returns the server's message, else the network error.
func reason(err error) string {
	var server *pgconn.PgError
	var network *net.OpError
	var lookup *net.DNSError
	switch {
	case errors.As(err, &server):
		return server.Message
	case errors.As(err, &lookup):
		return "there is no host " + lookup.Name
	case errors.As(err, &network):
		return network.Err.Error()
	}
	return innermost(err).Error()
}

// innermost returns the error at the bottom, because the driver's wrappers repeat the user and
// every address.
func innermost(err error) error {
	for {
		switch wrapped := err.(type) {
		case interface{ Unwrap() error }:
			if wrapped.Unwrap() == nil {
				return err
			}
			err = wrapped.Unwrap()
		case interface{ Unwrap() []error }:
			if len(wrapped.Unwrap()) == 0 {
				return err
			}
			err = wrapped.Unwrap()[0]
		default:
			return err
		}
	}
}
