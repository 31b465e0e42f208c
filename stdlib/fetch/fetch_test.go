package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbos-script/dbos-script/stdlib/backoff"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func granted(t testing.TB, hosts ...string) grants.Grants {
	t.Helper()
	g, err := grants.New(grants.Lists{Net: hosts})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func address(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// A wire answers in place of a network.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func answer(r *http.Request, status int, headers ...string) *http.Response {
	response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("body")), Request: r}
	for i := 0; i < len(headers); i += 2 {
		response.Header.Add(headers[i], headers[i+1])
	}
	return response
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func TestARequestArrives(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Add("X-Seen", r.Method+" "+r.URL.RequestURI()+" "+string(body))
		w.Header().Add("X-Seen", r.Header.Get("X-Own")+" "+r.Header.Get("User-Agent")+" "+r.Host)
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	})
	r := Request{Method: "PUT", URL: address(t, server.URL+"/a?b=c"), Header: http.Header{"X-Own": {"1"}, "Host": {"pot"}}, Body: "tea", Limit: 15}
	got, err := Client{Grants: granted(t, "127.0.0.1")}.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != 418 || got.OK || got.Body != "short and stout" || got.URL != server.URL+"/a?b=c" ||
		got.Headers["x-seen"] != "PUT /a?b=c tea, 1 dbos-script pot" {
		t.Errorf("%+v", got)
	}
}

func TestOnlyGrantedHosts(t *testing.T) {
	t.Parallel()
	refused := func(r *http.Request) (*http.Response, error) {
		t.Errorf("connected to %s", r.URL)
		return nil, io.EOF
	}
	c := Client{Transport: wire(refused), Grants: granted(t, "api.example.com", "local:8080")}
	for target, want := range map[string]string{
		"https://example.com/x":       "connecting to example.com needs --allow-net=example.com",
		"http://example.com:80/x":     "connecting to example.com needs --allow-net=example.com",
		"http://example.com:443/x":    "connecting to example.com:443 needs --allow-net=example.com:443",
		"http://local/":               "connecting to local needs --allow-net=local",
		"http://api.example.com@x.y/": "connecting to x.y needs --allow-net=x.y",
	} {
		_, err := c.Do(t.Context(), Request{Method: "GET", URL: address(t, target), Retries: 3})
		if _, denied := errors.AsType[*grants.DeniedError](err); !denied || err.Error() != want {
			t.Errorf("%s: %v, want %s", target, err, want)
		}
	}
}

func TestRedirectsAreHeldToTheGrants(t *testing.T) {
	t.Parallel()
	target := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "secret") })
	first := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL, http.StatusFound) })
	own, other := strings.TrimPrefix(first.URL, "http://"), strings.TrimPrefix(target.URL, "http://")
	r := Request{Method: "GET", URL: address(t, first.URL), Limit: 100}
	_, err := Client{Grants: granted(t, own)}.Do(t.Context(), r)
	if _, denied := errors.AsType[*grants.DeniedError](err); !denied || err.Error() != "connecting to "+other+" needs --allow-net="+other {
		t.Errorf("%v", err)
	}
	got, err := Client{Grants: granted(t, own, other)}.Do(t.Context(), r)
	if err != nil || got.Body != "secret" || got.URL != target.URL {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRedirectsEnd(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) })
	_, err := Client{Grants: granted(t, "*")}.Do(t.Context(), Request{Method: "GET", URL: address(t, server.URL+"/")})
	if err == nil || !strings.HasSuffix(err.Error(), "redirected more than 10 times") {
		t.Error(err)
	}
}

// tries sends a request to a server that answers by its number, and gives the seconds at which it
// was asked.
func tries(t *testing.T, r Request, answers func(n int, r *http.Request) (*http.Response, error)) (seconds []float64, got *Response, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r.Method, r.URL, r.Limit = "POST", address(t, "https://x.org/p?secret=1"), 100
		c := Client{Grants: granted(t, "x.org"), Transport: wire(func(r *http.Request) (*http.Response, error) {
			seconds = append(seconds, time.Since(began).Seconds())
			return answers(len(seconds), r)
		})}
		got, err = c.Do(t.Context(), r)
	})
	return seconds, got, err
}

func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestRetries(t *testing.T) {
	t.Parallel()
	down := errors.New("connection refused")
	plan := backoff.Plan{First: time.Second, Most: 3 * time.Second}
	for name, c := range map[string]struct {
		retries int
		answers func(n int, r *http.Request) (*http.Response, error)
		seconds []float64
		status  int
	}{
		"none asked for": {0, func(_ int, r *http.Request) (*http.Response, error) { return answer(r, 503), nil }, []float64{0}, 503},
		"until it works": {5, func(n int, r *http.Request) (*http.Response, error) {
			if n < 4 {
				return nil, down
			}
			return answer(r, 200), nil
		}, []float64{0, 1, 3, 6}, 200},
		"until the last":           {2, func(_ int, r *http.Request) (*http.Response, error) { return answer(r, 502), nil }, []float64{0, 1, 3}, 502},
		"not what is wrong for us": {5, func(_ int, r *http.Request) (*http.Response, error) { return answer(r, 500), nil }, []float64{0}, 500},
		"when the server says": {2, func(n int, r *http.Request) (*http.Response, error) {
			return answer(r, []int{429, 503, 200}[n-1], "Retry-After", []string{"10", "3600", ""}[n-1]), nil
		}, []float64{0, 10, 70}, 200},
	} {
		seconds, got, err := tries(t, Request{Retries: c.retries, Wait: plan}, c.answers)
		if err != nil || got.Status != c.status || !same(seconds, c.seconds) {
			t.Errorf("%s: at %v: %+v, %v", name, seconds, got, err)
		}
	}
}

func TestRetryAfterADate(t *testing.T) {
	t.Parallel()
	seconds, got, err := tries(t, Request{Retries: 2}, func(n int, r *http.Request) (*http.Response, error) {
		date := time.Now().Add(time.Duration(5*(2-n)) * time.Second).UTC().Format(http.TimeFormat)
		return answer(r, []int{503, 503, 200}[n-1], "Retry-After", date), nil
	})
	if err != nil || got.Status != 200 || !same(seconds, []float64{0, 5, 5}) {
		t.Errorf("at %v: %+v, %v", seconds, got, err)
	}
}

func TestABodyIsSentAgain(t *testing.T) {
	t.Parallel()
	_, got, err := tries(t, Request{Retries: 1, Body: "tea"}, func(n int, r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "tea" {
			t.Errorf("try %d: %q, %v", n, body, err)
		}
		return answer(r, []int{503, 200}[n-1]), nil
	})
	if err != nil || got.Status != 200 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestATryHasItsTime(t *testing.T) {
	t.Parallel()
	seconds, _, err := tries(t, Request{Retries: 1, Timeout: 2 * time.Second}, func(_ int, r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.ErrorCode() != "Timeout" || failure.ExitCode() != 1 || err.Error() != "POST https://x.org/p: no answer within 2s" || !same(seconds, []float64{0, 2}) {
		t.Errorf("at %v: %v", seconds, err)
	}
}

func TestTheEndOfTheRunInterrupts(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	c := Client{Grants: granted(t, "x.org"), Transport: wire(func(r *http.Request) (*http.Response, error) {
		cancel(stop)
		<-r.Context().Done()
		return nil, r.Context().Err()
	})}
	if _, err := c.Do(ctx, Request{Method: "GET", URL: address(t, "http://x.org"), Retries: 100, Timeout: time.Hour}); err != stop {
		t.Error(err)
	}
}

func TestAFailureNamesTheRequest(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	target := address(t, server.URL+"/path?token=secret")
	target.User = url.UserPassword("me", "secret")
	_, err := Client{Grants: granted(t, "127.0.0.1")}.Do(t.Context(), Request{Method: "GET", URL: target})
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.ErrorCode() != "Unavailable" || !strings.HasPrefix(err.Error(), "GET "+server.URL+"/path: ") || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestAnAnswerHasALimit(t *testing.T) {
	t.Parallel()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "12345") })
	r := Request{Method: "GET", URL: address(t, server.URL), Limit: 4, Retries: 5, Wait: backoff.Plan{First: time.Hour}}
	_, err := Client{Grants: granted(t, "*")}.Do(t.Context(), r)
	if err == nil || !strings.HasSuffix(err.Error(), "the answer is too long: it has more than 4 bytes") {
		t.Error(err)
	}
}
