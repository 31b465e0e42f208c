package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// An Error says that no answer came.
type Error struct {
	Request string // GET https://example.com/path, without the query, which may hold a secret
	Err     error
}

// Error names the request and the reason.
func (e *Error) Error() string { return fmt.Sprintf("%s: %v", e.Request, e.Err) }

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// ErrorCode returns Timeout if the answer did not come in time, else Unavailable.
func (e *Error) ErrorCode() string {
	if _, late := errors.AsType[*lateError](e.Err); late {
		return "Timeout"
	}
	return "Unavailable"
}

// ExitCode returns 1, as for any failure of a script. The code for an unavailable service means
// the database.
func (e *Error) ExitCode() int { return 1 }

// A FinalError is an error of a transport that is returned as it is, and after which there is no
// other try.
type FinalError interface {
	error
	Final()
}

// failed is the error of a try. A refusal of the grants, a FinalError, and the end of the run are
// returned as they are.
func failed(run, try context.Context, r Request, err error) error {
	if run.Err() != nil {
		return context.Cause(run)
	}
	if denied, ok := errors.AsType[*grants.DeniedError](err); ok {
		return denied
	}
	if final, ok := errors.AsType[FinalError](err); ok {
		return final
	}
	if try.Err() != nil {
		err = context.Cause(try)
	}
	if below, ok := errors.AsType[*url.Error](err); ok {
		err = below.Err
	}
	return &Error{Request: r.Method + " " + Plain(r.URL), Err: err}
}

// Plain returns a URL without the parts that may be secret: user, query and fragment.
func Plain(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}
