package testbed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
)

// A httpFake answers requests.
type httpFake struct {
	Method  string            `json:"method" doc:"The method; any when not given."`
	URL     string            `json:"url" doc:"The URL, in which a * stands for any text. Without a ? it fits with every query." required:"true" nonempty:"true"`
	Status  int               `json:"status" doc:"The status of the answer." default:"200" min:"100" max:"599"`
	Headers map[string]string `json:"headers" doc:"The headers of the answer."`
	Body    string            `json:"body" doc:"The body of the answer."`
	JSON    declare.Raw       `json:"json" doc:"Data for a body of JSON, with the header Content-Type."`
	Error   string            `json:"error" doc:"No answer comes: the connection fails with this text."`
	Takes   time.Duration     `json:"takes" doc:"How long the answer takes, by the test's clock." min:"0"`
	Times   int               `json:"times" doc:"How many requests it answers; all when not given." min:"1"`

	used int
}

// A Request is a request of a script in a test.
type Request struct {
	Method  string            `json:"method" doc:"The method."`
	URL     string            `json:"url" doc:"The URL, with its query."`
	Headers map[string]string `json:"headers" doc:"The headers, by their names in lower case."`
	Body    string            `json:"body" doc:"The body as it was sent."`
	JSON    any               `json:"json,omitempty" doc:"The data of the body; nil if the body is no JSON."`
	Status  int               `json:"status,omitempty" doc:"The status of the answer; nil if none came."`
	At      time.Time         `json:"at" doc:"When it was sent, by the test's clock."`
}

func (w *World) httpFunc() declare.Func {
	return declare.Do("http", "Answers requests of `http`.",
		func(_ context.Context, a httpFake) error {
			if err := a.prepare(); err != nil {
				return err
			}
			w.fakes.http = slices.DeleteFunc(w.fakes.http, func(f *httpFake) bool { return f.Times == 0 && f.Method == a.Method && f.URL == a.URL })
			w.fakes.http = append(w.fakes.http, &a)
			return nil
		}).Outside().
		Example("fake.http{method = \"POST\", url = \"https://hooks.example/*\", status = 204}\n" +
			"http.post(\"https://hooks.example/orders\", {json = {text = \"3 orders failed\"}})\n" +
			"assert.equal(\"3 orders failed\", fake.requests()[1].json.text)").
		Example("fake.http{url = \"https://api.example.com/health\", status = 503, times = 2}\nfake.http{url = \"https://api.example.com/health\", json = {status = \"up\"}}\n" +
			"assert.equal(\"up\", http.get(\"https://api.example.com/health\", {retries = 2}):json().status)").
		Example("fake.http{url = \"https://api.example.com/*\", takes = \"1m\"}\nassert.raises(\"Timeout\", http.get, \"https://api.example.com/orders\", {timeout = \"30s\"})")
}

// prepare checks the answer.
func (f *httpFake) prepare() error {
	f.Method = strings.ToUpper(f.Method)
	if !strings.HasPrefix(f.URL, "http://") && !strings.HasPrefix(f.URL, "https://") && !strings.HasPrefix(f.URL, "*") {
		return declare.BadArgument("url", "%q begins with neither http:// nor https:// nor *", f.URL)
	}
	if f.Error != "" && (f.Status != 0 || f.Body != "" || f.JSON != nil) {
		return declare.BadArgument("error", "is a connection that fails, which has neither status nor body")
	}
	if f.JSON != nil {
		if f.Body != "" {
			return declare.BadArgument("json", "cannot be given together with body")
		}
		body, err := f.JSON.JSON("")
		if err != nil {
			return err
		}
		f.Body, f.Headers = body, maps.Clone(f.Headers)
		if f.Headers == nil {
			f.Headers = map[string]string{}
		}
		f.Headers["Content-Type"] = "application/json"
	}
	if f.Status == 0 {
		f.Status = http.StatusOK
	}
	return nil
}

// fits returns true if it answers the request, and has an answer left.
func (f *httpFake) fits(r *http.Request) bool {
	address := r.URL.String()
	if !strings.Contains(f.URL, "?") {
		address, _, _ = strings.Cut(address, "?")
	}
	return (f.Method == "" || f.Method == r.Method) && (f.Times == 0 || f.used < f.Times) && fits(f.URL, address)
}

// text describes the requests that it answers.
func (f *httpFake) text() string {
	text := strings.TrimSpace(f.Method + " " + f.URL)
	if f.Times > 0 && f.used == f.Times {
		text += " (used up)"
	}
	return text
}

func (w *World) requestsFunc() declare.Func {
	return declare.Fn("requests", "Returns the requests that the test and its scripts have sent, the first one first.",
		func(context.Context, declare.None) ([]Request, error) {
			return append([]Request{}, w.fakes.requests...), nil
		}).Reads().
		Returning("the requests, those without an answer too; an empty array if there were none").
		Example("fake.http{url = \"https://api.example.com/*\"}\nhttp.get(\"https://api.example.com/orders\", {query = {page = 2}})\n" +
			"assert.equal(\"https://api.example.com/orders?page=2\", fake.requests()[1].url)")
}

// HTTP returns the outside of the test's requests.
func (w *World) HTTP() *fetch.Fake {
	return &fetch.Fake{Transport: faked{w}, Clock: w.Now, Sleep: w.Sleep}
}

// faked answers requests with the answers of a world.
type faked struct{ world *World }

// RoundTrip implements http.RoundTripper.
func (t faked) RoundTrip(r *http.Request) (*http.Response, error) {
	w := t.world
	request, err := w.record(r)
	if err != nil {
		return nil, err
	}
	place := len(w.fakes.requests)
	w.fakes.requests = append(w.fakes.requests, request)
	i := slices.IndexFunc(w.fakes.http, func(f *httpFake) bool { return f.fits(r) })
	if i < 0 {
		var answers []string
		for _, f := range w.fakes.http {
			answers = append(answers, f.text())
		}
		return nil, w.fakes.unansweredBy(r.Method+" "+r.URL.String(), answers, fmt.Sprintf("fake.http{method = %q, url = %q} makes one", r.Method, r.URL.String()))
	}
	answer := w.fakes.http[i]
	answer.used++
	timeout := fetch.TimeoutOf(r.Context())
	wait, late := lasts(answer.Takes, timeout)
	if err := w.Sleep(r.Context(), wait); err != nil {
		return nil, err
	}
	switch {
	case late:
		return nil, fetch.Late(timeout)
	case answer.Error != "":
		return nil, errors.New(answer.Error)
	}
	w.fakes.requests[place].Status = answer.Status
	return answer.response(r), nil
}

// record returns a request as tests see it.
func (w *World) record(r *http.Request) (Request, error) {
	request := Request{Method: r.Method, URL: r.URL.String(), Headers: map[string]string{}, At: w.Now()}
	for name, values := range r.Header {
		request.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if r.Body == nil {
		return request, nil
	}
	body, err := io.ReadAll(r.Body)
	request.Body = string(body)
	if value, err := codec.DecodeJSON(request.Body); err == nil && request.Body != "" {
		request.JSON = value
	}
	return request, errors.Join(err, r.Body.Close())
}

// response returns the answer to a request.
func (f *httpFake) response(r *http.Request) *http.Response {
	header := http.Header{}
	for name, value := range f.Headers {
		header.Set(name, value)
	}
	body := f.Body
	if r.Method == http.MethodHead {
		body = ""
	}
	return &http.Response{
		StatusCode: f.Status, Status: fmt.Sprintf("%d %s", f.Status, http.StatusText(f.Status)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
