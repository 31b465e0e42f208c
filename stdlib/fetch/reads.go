package fetch

import (
	"context"
	"net/http"
)

// Reads returns true for a request that changes nothing by its method: GET, HEAD or OPTIONS. A
// header that has a server take it for another method decides in its place.
func (r Request) Reads() bool {
	for _, name := range []string{"X-Http-Method-Override", "X-Http-Method", "X-Method-Override"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	return r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
}

// Check returns the error that Do ends with before it sends anything.
func (c Client) Check(ctx context.Context, r Request) error {
	_, err := newRequest(ctx, r)
	if err == nil {
		err = c.allowed(r.URL)
	}
	if err != nil {
		return failed(ctx, ctx, r, err)
	}
	return nil
}

// String is the method and the URL without its user and its query, which may hold secrets.
func (r Request) String() string { return r.Method + " " + Plain(r.URL) }
