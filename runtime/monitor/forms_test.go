package monitor

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// A stub is a page that shows how a request came in, and counts the forms that reach it.
type stub struct{ forms atomic.Int64 }

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		s.forms.Add(1)
	}
	form, signedIn := Visit(r)
	fmt.Fprintf(w, "page %s form=%s signed=%t", r.URL.Path, form, signedIn)
}

func (s *stub) SignIn(w http.ResponseWriter, _ *http.Request, status int, wrong string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "sign in: %s", wrong)
}

// A visited is a server with a page, by the clock of a test.
type visited struct {
	*Server
	t     *testing.T
	page  *stub
	clock atomic.Int64
}

func visiting(t *testing.T, address, token string) *visited {
	t.Helper()
	v := &visited{t: t, page: &stub{}}
	s, err := Listen(t.Context(), Config{
		Address: address, Token: token, Logger: slog.New(slog.DiscardHandler), Page: v.page,
		Alive: func() string { return "" }, Ready: func(context.Context) []string { return nil },
		Metrics: func(context.Context) []openmetrics.Family { return nil },
		Now:     func() time.Time { return time.Unix(v.clock.Load(), 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	v.Server = s
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		s.Close(context.WithoutCancel(t.Context()))
		<-done
	})
	return v
}

// send sends a request, with the form if it is a POST. Redirects are not followed.
func (v *visited) send(method, path string, form url.Values, headers ...string) (*http.Response, string) {
	v.t.Helper()
	port := v.Address()[strings.LastIndex(v.Address(), ":")+1:]
	r, err := http.NewRequestWithContext(v.t.Context(), method, "http://127.0.0.1:"+port+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, string(body)
}

func (v *visited) origin() string {
	return "http://127.0.0.1:" + v.Address()[strings.LastIndex(v.Address(), ":")+1:]
}

// signIn returns the cookie of a new session, as a header.
func (v *visited) signIn() string {
	v.t.Helper()
	answer, text := v.send("POST", "/sign-in", url.Values{"token": {secret}, "to": {"/runs/r?x=1"}}, "Origin", v.origin())
	cookies := answer.Cookies()
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/runs/r?x=1" || len(cookies) != 1 {
		v.t.Fatalf("%d %v %s", answer.StatusCode, answer.Header, text)
	}
	c := cookies[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Secure || c.MaxAge != 12*3600 || strings.Contains(c.Value, secret[:8]) || len(c.Value) != 64 {
		v.t.Errorf("the cookie is %+v", c)
	}
	return c.Name + "=" + c.Value
}

// formOf returns the form token of a page.
func formOf(text string) string {
	_, rest, _ := strings.Cut(text, "form=")
	token, _, _ := strings.Cut(rest, " ")
	return token
}

func TestTheTokenOpensThePage(t *testing.T) {
	t.Parallel()
	v := visiting(t, "0.0.0.0:0", secret)
	for _, path := range []string{"/", "/scripts/a.lua", "/runs/r"} {
		if answer, text := v.send("GET", path, nil); answer.StatusCode != http.StatusUnauthorized || text != "sign in: " || answer.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", path, answer.StatusCode, text)
		}
	}
	if answer, text := v.send("GET", "/assets/page.css", nil); answer.StatusCode != http.StatusOK || !strings.HasPrefix(text, "page /assets/") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	for _, wrong := range []string{"", secret + "x", secret[1:]} {
		answer, text := v.send("POST", "/sign-in", url.Values{"token": {wrong}}, "Origin", v.origin())
		if answer.StatusCode != http.StatusUnauthorized || len(answer.Cookies()) != 0 || !strings.Contains(text, "not the token") {
			t.Errorf("%q: %d %s", wrong, answer.StatusCode, text)
		}
	}
	cookie := v.signIn()
	if answer, text := v.send("GET", "/runs/r", nil, "Cookie", cookie); answer.StatusCode != http.StatusOK || !strings.HasSuffix(text, "signed=true") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	if answer, text := v.send("GET", "/runs/r", nil, "Cookie", cookie[:len(cookie)-1]); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	if answer, text := v.send("GET", "/", nil, "Authorization", "Bearer "+secret); answer.StatusCode != http.StatusOK || !strings.HasSuffix(text, "signed=false") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	v.clock.Store(12*3600 - 1)
	if answer, _ := v.send("GET", "/", nil, "Cookie", cookie); answer.StatusCode != http.StatusOK {
		t.Errorf("a second before its end the session is over: %d", answer.StatusCode)
	}
	v.clock.Store(12 * 3600)
	if answer, _ := v.send("GET", "/", nil, "Cookie", cookie); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session goes on after its end: %d", answer.StatusCode)
	}
}

func TestSigningOutEndsASession(t *testing.T) {
	t.Parallel()
	v := visiting(t, "127.0.0.1:0", secret)
	cookie, other := v.signIn(), v.signIn()
	_, text := v.send("GET", "/", nil, "Cookie", cookie)
	answer, _ := v.send("POST", "/sign-out", url.Values{"form": {formOf(text)}}, "Cookie", cookie, "Origin", v.origin())
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) != 1 || answer.Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
	for c, want := range map[string]int{cookie: http.StatusUnauthorized, other: http.StatusOK} {
		if answer, _ := v.send("GET", "/", nil, "Cookie", c); answer.StatusCode != want {
			t.Errorf("%d, want %d", answer.StatusCode, want)
		}
	}
}

// A form counts only if a page of the same origin has sent it, with the token of its session.
func TestForms(t *testing.T) {
	t.Parallel()
	open, closed := visiting(t, "127.0.0.1:0", ""), visiting(t, "127.0.0.1:0", secret)
	cookie, other := closed.signIn(), closed.signIn()
	_, text := open.send("GET", "/", nil)
	free := formOf(text)
	_, text = closed.send("GET", "/", nil, "Cookie", cookie)
	mine := formOf(text)
	if len(free) != 64 || len(mine) != 64 || free == mine {
		t.Fatalf("form tokens %q and %q", free, mine)
	}
	for _, test := range []struct {
		v       *visited
		path    string
		form    string
		headers []string
		status  int
	}{
		{open, "/scripts/a.lua/run", free, []string{"Origin", open.origin()}, 200},
		{open, "/scripts/a.lua/run", free, []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{open, "/scripts/a.lua/run", free, nil, 403},
		{open, "/scripts/a.lua/run", free, []string{"Origin", "null"}, 403},
		{open, "/scripts/a.lua/run", free, []string{"Origin", "http://evil.example"}, 403},
		{open, "/scripts/a.lua/run", free, []string{"Origin", closed.origin()}, 403},
		{open, "/scripts/a.lua/run", free, []string{"Origin", open.origin(), "Sec-Fetch-Site", "cross-site"}, 403},
		{open, "/scripts/a.lua/run", free, []string{"Origin", "http://evil.example", "Host", "evil.example"}, 403},
		{open, "/scripts/a.lua/run", "", []string{"Origin", open.origin()}, 403},
		{open, "/scripts/a.lua/run", mine, []string{"Origin", open.origin()}, 403},
		{open, "/runs/r", free, []string{"Origin", open.origin()}, 405},
		{open, "/metrics", free, []string{"Origin", open.origin()}, 405},
		{open, "/", free, []string{"Origin", open.origin()}, 405},
		{closed, "/scripts/a.lua/run", mine, []string{"Origin", closed.origin(), "Cookie", cookie}, 200},
		{closed, "/scripts/a.lua/run", mine, []string{"Origin", closed.origin(), "Cookie", other}, 403},
		{closed, "/scripts/a.lua/run", mine, []string{"Origin", closed.origin()}, 401},
		{closed, "/sign-in", "", nil, 403},
		{closed, "/sign-in", "", []string{"Origin", "http://evil.example"}, 403},
	} {
		before := test.v.page.forms.Load()
		answer, text := test.v.send("POST", test.path, url.Values{"form": {test.form}}, test.headers...)
		arrived := test.v.page.forms.Load() > before
		if answer.StatusCode != test.status || arrived != (test.status == 200) {
			t.Errorf("%s with %q: %d %s, want %d", test.path, test.headers, answer.StatusCode, text, test.status)
		}
	}
}

func TestProgramsGetTheListOfPaths(t *testing.T) {
	t.Parallel()
	v := visiting(t, "127.0.0.1:0", "")
	if answer, text := v.send("GET", "/", nil, "Accept", "*/*"); answer.StatusCode != http.StatusOK || !strings.Contains(text, "/metrics") || answer.Header.Get("Vary") == "" {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	restricted := visiting(t, ":0", "")
	for _, path := range []string{"/", "/scripts/a.lua", "/runs/r", "/sign-in"} {
		if answer, text := restricted.send("GET", path, nil); answer.StatusCode != http.StatusForbidden || !strings.Contains(text, "started without a token") {
			t.Errorf("%s: %d %s", path, answer.StatusCode, text)
		}
	}
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	s := newSessions(func() time.Time { return now })
	first := s.open()
	for range mostSessions {
		now = now.Add(time.Second)
		s.open()
	}
	r := &http.Request{Header: http.Header{"Cookie": {cookieName + "=" + first}}}
	if len(s.ends) != mostSessions || s.has(r) {
		t.Errorf("%d sessions, the oldest goes on: %t", len(s.ends), s.has(r))
	}
	now = now.Add(sessionTime)
	s.open()
	if len(s.ends) != 1 {
		t.Errorf("%d sessions are left", len(s.ends))
	}
}

// After signing in a browser stays on this server.
func FuzzOwnPath(f *testing.F) {
	for _, seed := range []string{"/runs/a?x=1", "//evil.example", `/\evil.example`, "http://evil.example", "/\t/evil.example", "", "/%2f/x"} {
		f.Add(seed)
	}
	base := &url.URL{Scheme: "http", Host: "own.example", Path: "/sign-in"}
	f.Fuzz(func(t *testing.T, text string) {
		path := ownPath(text)
		u, err := base.Parse(path)
		if err != nil || u.Host != base.Host || u.Scheme != "http" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
			t.Errorf("%q leads to %q", text, path)
		}
	})
}
