package stdlib

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
)

func httpModule(host Host) declare.Module {
	return declare.Module{
		Name:    "http",
		Section: declare.OutsideSection,
		Guesses: map[string]string{"fetch": "request", "send": "request"},
		Doc: "Requests to the hosts that `--allow-net=HOST` names, redirects included: `--allow-net=api.example.com`, " +
			"`--allow-net=api.example.com:8443`, `--allow-net='*.example.com'`.\n\nAn answer of any status is a response. An error is " +
			"raised if no answer comes, and with `check = true` for a status of 400 or above.\n\nA dry run sends GET, HEAD and OPTIONS, and lists every other request in its plan.",
		Funcs: []declare.Func{
			httpMethod(host, "get", "Asks for a resource.").Reads(), httpMethod(host, "head", "Asks for the headers of a resource.").Reads(),
			httpMethod(host, "post", "Sends something.").Outside(), httpMethod(host, "put", "Replaces a resource.").Outside(),
			httpMethod(host, "patch", "Changes a resource.").Outside(), httpMethod(host, "delete", "Removes a resource.").Outside(), httpRequest(host),
		},
		Classes: []*declare.Class{responseClass()},
	}
}

// codeUnexpectedStatus is the code of an answer that check does not take.
const codeUnexpectedStatus = "UnexpectedStatus"

type httpOptions struct {
	Headers map[string]string `json:"headers" doc:"Headers by name."`
	Query   map[string]any    `json:"query" doc:"Parameters for the URL's query, by name; an array repeats the name."`
	Body    *string           `json:"body" doc:"The body of the request."`
	JSON    declare.Raw       `json:"json" doc:"Data to send as JSON, with the header Content-Type."`
	Timeout *time.Duration    `json:"timeout" doc:"How long each try may take, until the whole answer has arrived; 0 for no limit." default:"30s" min:"0"`
	Retries int               `json:"retries" doc:"How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504." min:"0" max:"20"`
	Backoff *time.Duration    `json:"backoff" doc:"The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place." default:"500ms" min:"0"`
	MaxSize int64             `json:"max_size" doc:"How many bytes the body of the answer may have." default:"64 MiB" min:"1"`
	Check   bool              `json:"check" doc:"Whether a status of 400 or above is an error."`
}

func httpMethod(host Host, name, doc string) declare.Func {
	type args struct {
		URL string `arg:"url" doc:"http://… or https://…"`
		httpOptions
	}
	return httpDocumented(declare.Fn(name, doc, func(ctx context.Context, a args) (*fetch.Response, error) {
		return host.fetch(ctx, "http."+name, strings.ToUpper(name), a.URL, a.httpOptions)
	}), httpExamples[name])
}

func httpRequest(host Host) declare.Func {
	type args struct {
		Method string `arg:"method" doc:"The method, such as OPTIONS."`
		URL    string `arg:"url" doc:"http://… or https://…"`
		httpOptions
	}
	return httpDocumented(declare.Fn("request", "Sends a request with any method.", func(ctx context.Context, a args) (*fetch.Response, error) {
		return host.fetch(ctx, "http.request", strings.ToUpper(a.Method), a.URL, a.httpOptions)
	}).Outside(), httpExamples["request"])
}

func httpDocumented(f declare.Func, example string) declare.Func {
	return f.Returning("the answer").Raises("Denied", "Unavailable", declare.CodeTimeout, codeUnexpectedStatus).Example(example)
}

var httpExamples = map[string]string{
	"get":     "local health = http.get(\"https://api.example.com/health\", {timeout = \"5s\", retries = 2})\nif health.ok then print(health:json().status) end",
	"head":    `print(http.head("https://api.example.com/report.csv").headers["content-type"])`,
	"post":    `http.post("https://api.example.com/messages", {json = {text = "3 orders were resumed"}, headers = {Authorization = "Bearer secret"}, check = true})`,
	"put":     `http.put("https://api.example.com/orders/17", {json = {status = "held"}})`,
	"patch":   `http.patch("https://api.example.com/orders/17", {json = {status = "held"}})`,
	"delete":  `print(http.delete("https://api.example.com/orders/17").status)`,
	"request": `print(http.request("OPTIONS", "https://api.example.com/orders").headers.allow)`,
}

func (h Host) fetch(ctx context.Context, function, method, address string, o httpOptions) (*fetch.Response, error) {
	request, err := o.request(method, address)
	if err != nil {
		return nil, err
	}
	response, err := h.send(ctx, function, request)
	if err == nil && o.Check && !response.OK {
		err = &statusError{request: method + " " + response.URL, status: response.Status}
	}
	if err != nil {
		return nil, failed(ctx, function, err)
	}
	return response, nil
}

// send sends a request. In a dry run it sends only requests that read.
func (h Host) send(ctx context.Context, function string, request fetch.Request) (*fetch.Response, error) {
	client := fetch.Client{Transport: h.Transport, Grants: h.Grants, Fake: h.FakeHTTP}
	if request.Reads() {
		return client.Do(ctx, request)
	}
	if err := client.Check(ctx, request); err != nil {
		return nil, err
	}
	h.tell(Act{Function: function, Target: request.String(), Size: int64(len(request.Body))})
	if h.DryFiles == nil {
		return client.Do(ctx, request)
	}
	return &fetch.Response{Status: http.StatusOK, OK: true, Headers: map[string]string{}, URL: request.URL.Redacted(), Skipped: true}, nil
}

// A statusError is an answer that check does not take.
type statusError struct {
	request string
	status  int
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%s: the answer is %d %s", e.request, e.status, http.StatusText(e.status))
}

// ErrorCode returns UnexpectedStatus.
func (e *statusError) ErrorCode() string { return codeUnexpectedStatus }

// Details has the status.
func (e *statusError) Details() map[string]any { return map[string]any{"status": int64(e.status)} }

func responseClass() *declare.Class {
	return declare.RecordOf[fetch.Response]("response", "An answer to a request.").Having(
		declare.Method("json", "Reads the body as JSON.", func(_ context.Context, r *fetch.Response, _ declare.None) (any, error) {
			if r.Skipped {
				return nil, errors.New("response:json: this dry run has not sent the request, so there is no answer: see response.skipped")
			}
			value, err := codec.DecodeJSON(r.Body)
			if err != nil {
				return nil, fmt.Errorf("response:json: the body of the answer %d from %s is no JSON: %w", r.Status, r.URL, err)
			}
			if value == nil {
				return declare.Null, nil
			}
			return value, nil
		}).Pure().
			Returning("the value; `json.null` for null").
			Example(`print(http.get("https://api.example.com/health"):json().status)`),
	)
}
