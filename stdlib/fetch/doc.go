// Package fetch sends HTTP requests to the hosts that a run may connect to.
//
// Start with send.go.
package fetch

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/backoff"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A Client sends requests. The zero value may connect to nothing.
type Client struct {
	Transport http.RoundTripper // nil is Go's own, which knows HTTPS_PROXY
	Grants    grants.Grants
	// Fake is nil outside of tests.
	Fake *Fake
}

// A Fake is the outside of a test, in which no request leaves the process.
type Fake struct {
	Transport http.RoundTripper                          // answers each request, whatever the grants
	Clock     func() time.Time                           // the time of Retry-After
	Sleep     func(context.Context, time.Duration) error // waits between two tries, by that clock
}

// A Request is an HTTP request of a script.
type Request struct {
	Method  string
	URL     *url.URL // http or https
	Header  http.Header
	Body    string
	Timeout time.Duration // of each try, until all of the answer is there; none when zero
	Retries int           // further tries after a failed connection, or an answer 429, 502, 503 or 504
	Wait    backoff.Plan  // between the tries; an answer's Retry-After goes before it
	Limit   int64         // how many bytes the answer's body may have
}

// A Response is the answer, whatever its status.
type Response struct {
	Status  int               `json:"status" doc:"The status code, such as 200."`
	OK      bool              `json:"ok" doc:"Whether the status is below 400."`
	Headers map[string]string `json:"headers" doc:"The headers, by their names in lower case; one that came twice has both values, with a comma between."`
	Body    string            `json:"body" doc:"The body as it came, without the compression of the transport."`
	URL     string            `json:"url" doc:"Where it came from, after redirects."`
	// Skipped is set by the caller, in whose dry run only reading requests are sent.
	Skipped bool `json:"skipped" doc:"Whether the request was not sent, because this is a dry run: then the status is 200, and the body is empty."`
}
