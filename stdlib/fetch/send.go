package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/backoff"
	"github.com/dbos-script/dbos-script/stdlib/gather"
)

// Do sends a request. If it fails in a way that may pass, it sends it again, at most r.Retries
// times, which the caller sets if the request may be repeated. The error is an *Error, a refusal
// of the grants, or the cause if ctx ended.
func (c Client) Do(ctx context.Context, r Request) (*Response, error) {
	for tries := 1; ; tries++ {
		response, after, err := c.try(ctx, r)
		if tries > r.Retries || !again(response, err) {
			return response, err
		}
		if after < 0 {
			after = r.Wait.After(tries)
		}
		if err := c.wait(ctx, after); err != nil {
			return nil, err
		}
	}
}

// wait waits between two tries.
func (c Client) wait(ctx context.Context, d time.Duration) error {
	if c.Fake != nil {
		return c.Fake.Sleep(ctx, d)
	}
	return backoff.Wait(ctx, d)
}

// now returns the time by which a Retry-After counts.
func (c Client) now() time.Time {
	if c.Fake != nil {
		return c.Fake.Clock()
	}
	return time.Now()
}

// again returns true if another try may succeed. An answer that is too long would be so again.
func again(response *Response, err error) bool {
	if err != nil {
		failure, ok := errors.AsType[*Error](err)
		return ok && !errors.Is(failure.Err, errTooLong)
	}
	switch response.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// lateError ends a try that took too long.
type lateError struct{ timeout time.Duration }

func (e *lateError) Error() string { return fmt.Sprintf("no answer within %s", e.timeout) }

// timeoutKey is the key of the timeout in the context of a try.
type timeoutKey struct{}

// TimeoutOf returns the timeout of the try whose request has the context, or 0 if it has none. The
// transport of a Fake keeps to it by its clock.
func TimeoutOf(ctx context.Context) time.Duration {
	timeout, _ := ctx.Value(timeoutKey{}).(time.Duration)
	return timeout
}

// Late returns the error with which a transport ends a try that takes longer than its timeout.
func Late(timeout time.Duration) error { return &lateError{timeout} }

// try sends a request once. after is how long the answer asks to wait, negative when it does not
// say. The timeout ends the try, but not run, so that another one can follow.
func (c Client) try(run context.Context, r Request) (response *Response, after time.Duration, err error) {
	ctx, cancel := run, func() {}
	if r.Timeout > 0 {
		ctx, cancel = context.WithTimeoutCause(run, r.Timeout, &lateError{r.Timeout})
	}
	defer cancel()
	ctx = context.WithValue(ctx, timeoutKey{}, r.Timeout)
	request, err := newRequest(ctx, r)
	if err == nil {
		err = c.allowed(r.URL)
	}
	if err != nil {
		return nil, -1, failed(run, ctx, r, err)
	}
	answer, err := c.client().Do(request)
	if err != nil {
		return nil, -1, failed(run, ctx, r, err)
	}
	defer answer.Body.Close()
	body, err := read(run, answer, r.Limit)
	if err != nil {
		return nil, -1, failed(run, ctx, r, err)
	}
	return responseOf(answer, body), retryAfter(answer.Header.Get("Retry-After"), c.now()), nil
}

func newRequest(ctx context.Context, r Request) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, r.URL.String(), strings.NewReader(r.Body))
	if err != nil {
		return nil, err
	}
	if r.Header != nil {
		request.Header = r.Header.Clone()
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "dbos-script")
	}
	return request, nil
}

// client asks the grants again at each redirect.
func (c Client) client() *http.Client {
	transport := c.Transport
	if c.Fake != nil {
		transport = c.Fake.Transport
	}
	return &http.Client{
		Transport: transport,
		CheckRedirect: func(next *http.Request, before []*http.Request) error {
			if len(before) >= 10 {
				return errors.New("redirected more than 10 times")
			}
			return c.allowed(next.URL)
		},
	}
}

// allowed returns an error if the grants do not allow to connect to the host of a URL.
func (c Client) allowed(u *url.URL) error {
	if c.Fake != nil {
		return nil
	}
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	port := u.Port()
	if port == "" {
		port = usual
	}
	return c.Grants.Connect(u.Hostname(), port, port == usual)
}

var errTooLong = errors.New("the answer is too long")

func read(ctx context.Context, answer *http.Response, limit int64) (string, error) {
	text := gather.New(ctx, limit)
	if err := text.Expect(answer.ContentLength); err != nil {
		return "", err
	}
	_, err := io.Copy(text, answer.Body)
	if long, ok := errors.AsType[*gather.TooLongError](err); ok {
		err = fmt.Errorf("%w: %w", errTooLong, long)
	}
	return text.String(), err
}

func responseOf(answer *http.Response, body string) *Response {
	headers := make(map[string]string, len(answer.Header))
	for name, values := range answer.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return &Response{Status: answer.StatusCode, OK: answer.StatusCode < 400, Headers: headers, Body: body, URL: answer.Request.URL.Redacted()}
}

// longestRetryAfter is the longest wait that a server can ask of a script.
const longestRetryAfter = time.Minute

// retryAfter reads a number of seconds or a date; negative when there is none.
func retryAfter(text string, now time.Time) time.Duration {
	wait := time.Duration(-1)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = max(at.Sub(now), 0)
	}
	return min(wait, longestRetryAfter)
}
