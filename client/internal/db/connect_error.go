package db

import (
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// A connectError replaces the driver's error of a connection that could not be made. The driver's
// message lists every address that it tried, so it repeats itself even if there is one server.
type connectError struct {
	connect *pgconn.ConnectError
	reason  string
}

func (e *connectError) Error() string {
	c := e.connect.Config
	return fmt.Sprintf("no connection to %s as user %q, database %q: %s",
		net.JoinHostPort(c.Host, fmt.Sprint(c.Port)), c.User, c.Database, e.reason)
}

func (e *connectError) Unwrap() error { return e.connect }

// shorten returns a connectError if no connection could be made, and any other error as it is.
func shorten(err error) error {
	var connect *pgconn.ConnectError
	if !errors.As(err, &connect) || connect.Config == nil {
		return err
	}
	return &connectError{connect, reason(err)}
}

// reason returns the message of the server, or else of the network.
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

// innermost returns the error that all others wrap, because the driver's wrappers repeat the user
// and every address.
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
