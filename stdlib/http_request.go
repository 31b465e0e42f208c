package stdlib

import (
	"net/http"
	"net/url"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/backoff"
	"github.com/dbos-script/dbos-script/stdlib/fetch"
	"github.com/dbos-script/dbos-script/stdlib/tabular"
)

// request makes a request of a function's arguments; an error is about one of them.
func (o httpOptions) request(method, address string) (fetch.Request, error) {
	r := fetch.Request{
		Method: method, Timeout: 30 * time.Second, Retries: o.Retries, Limit: orDefault(o.MaxSize, longestText),
		Wait: backoff.Plan{First: 500 * time.Millisecond, Most: 30 * time.Second, Jitter: 0.5},
	}
	if o.Timeout != nil {
		r.Timeout = *o.Timeout
	}
	if o.Backoff != nil {
		r.Wait.First = *o.Backoff
	}
	var err error
	if r.URL, err = o.address(address); err != nil {
		return r, err
	}
	r.Header = make(http.Header, len(o.Headers))
	for name, value := range o.Headers {
		r.Header.Set(name, value)
	}
	return r, o.body(&r)
}

func (o httpOptions) address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, declare.BadArgument("url", "%q is no http:// or https:// URL", text)
	}
	if len(o.Query) == 0 {
		return u, nil
	}
	query := u.Query()
	for name, value := range o.Query {
		if err := addQuery(query, name, value); err != nil {
			return nil, err
		}
	}
	u.RawQuery = query.Encode()
	return u, nil
}

func addQuery(query url.Values, name string, value any) error {
	values, several := value.([]any)
	if !several {
		values = []any{value}
	}
	for _, one := range values {
		switch one.(type) {
		case []any, map[string]any:
			e := declare.BadArgument("query", "a string, number, boolean or time expected, or an array of them")
			e.Path = "." + name
			return e
		}
		text, err := tabular.Field(one)
		if err != nil {
			return err
		}
		query.Add(name, text)
	}
	return nil
}

func (o httpOptions) body(r *fetch.Request) error {
	switch {
	case o.Body != nil && o.JSON != nil:
		return declare.BadArgument("json", "cannot be given together with body")
	case o.Body != nil:
		r.Body = *o.Body
	case o.JSON != nil:
		return jsonBody(r, o.JSON)
	}
	return nil
}

func jsonBody(r *fetch.Request, data declare.Raw) error {
	var err error
	if r.Body, err = data.JSON(""); err != nil {
		return err
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json")
	}
	return nil
}
