package monitor

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

const secret = "0123456789abcdef-secret"

// serving returns a server that listens, and answers as the reasons say.
func serving(t *testing.T, address, token string, reasons ...string) *Server {
	t.Helper()
	s, err := Listen(t.Context(), Config{
		Address: address, Token: token, Logger: slog.New(slog.DiscardHandler),
		Alive: func() string { return strings.Join(reasons, ", ") },
		Ready: func(context.Context) []string { return reasons },
		Metrics: func(context.Context) []openmetrics.Family {
			return []openmetrics.Family{{Name: "runs", Help: "Runs.", Kind: openmetrics.Counter, Samples: []openmetrics.Sample{{Value: 3}}}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve() }()
	t.Cleanup(func() {
		s.Close(context.WithoutCancel(t.Context()))
		if err := <-done; err != nil {
			t.Errorf("serving ended with %v", err)
		}
	})
	return s
}

// get asks for a path, with headers as name, value, name, value. A header Host is that of the
// request.
func get(t *testing.T, s *Server, method, path string, headers ...string) (int, http.Header, string) {
	t.Helper()
	_, port, err := net.SplitHostPort(s.Address())
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:"+port+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(body)
}

func TestProbesSayTheirReasons(t *testing.T) {
	t.Parallel()
	well := serving(t, "127.0.0.1:0", "")
	ill := serving(t, "127.0.0.1:0", "", "the server is stopping", "the database does not answer")
	for _, test := range []struct {
		server *Server
		path   string
		status int
		text   string
		key    string
	}{
		{well, "/healthz", 200, "ok\n", "alive"}, {well, "/readyz", 200, "ready\n", "ready"},
		{ill, "/healthz", 503, "the server is stopping, the database does not answer\n", "alive"},
		{ill, "/readyz", 503, "not ready: the server is stopping\nnot ready: the database does not answer\n", "ready"},
	} {
		if status, header, text := get(t, test.server, "GET", test.path); status != test.status || text != test.text || header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %q %v", test.path, status, text, header)
		}
		for _, ask := range [][]string{{test.path, "Accept", "application/json"}, {test.path + "?format=json"}} {
			status, header, text := get(t, test.server, "GET", ask[0], ask[1:]...)
			var data map[string]any
			if err := json.Unmarshal([]byte(text), &data); err != nil || status != test.status || header.Get("Content-Type") != "application/json" {
				t.Errorf("%v: %d %q, %v", ask, status, text, err)
			}
			reasons, _ := data["reasons"].([]any)
			if data[test.key] != (test.status == 200) || (len(reasons) == 0) != (test.status == 200) {
				t.Errorf("%v: %v", ask, data)
			}
		}
	}
}

func TestMetricsHaveTheFormatThatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := serving(t, "127.0.0.1:0", "")
	for accept, want := range map[string][2]string{
		"":                             {"text/plain; version=0.0.4; charset=utf-8", "# HELP runs_total Runs.\n# TYPE runs_total counter\nruns_total 3\n"},
		"application/openmetrics-text": {"application/openmetrics-text; version=1.0.0; charset=utf-8", "# HELP runs Runs.\n# TYPE runs counter\nruns_total 3.0\n# EOF\n"},
	} {
		if status, header, text := get(t, s, "GET", "/metrics", "Accept", accept); status != 200 || header.Get("Content-Type") != want[0] || text != want[1] {
			t.Errorf("%q: %d %v %q", accept, status, header, text)
		}
	}
}

// Only the probes are open to everybody. Every refusal says why, and no answer has the token.
func TestAccess(t *testing.T) {
	t.Parallel()
	servers := map[string]*Server{
		"loopback": serving(t, "127.0.0.1:0", ""), "loopback with a token": serving(t, "localhost:0", secret),
		"everywhere": serving(t, ":0", ""), "everywhere with a token": serving(t, "0.0.0.0:0", secret),
	}
	bearer := "Bearer " + secret
	for _, test := range []struct {
		server, method, path string
		headers              []string
		status               int
		says                 string
	}{
		{"loopback", "GET", "/metrics", nil, 200, "runs_total 3"},
		{"loopback", "GET", "/", nil, 200, "/readyz"},
		{"loopback", "HEAD", "/metrics", nil, 200, ""},
		{"loopback", "GET", "/metrics", []string{"Host", "localhost"}, 200, "runs_total"},
		{"loopback", "GET", "/metrics", []string{"Host", "[::1]:80"}, 200, "runs_total"},
		{"loopback", "GET", "/metrics", []string{"Host", "evil.example"}, 403, "names another machine"},
		{"loopback", "GET", "/healthz", []string{"Host", "evil.example"}, 403, "names another machine"},
		{"loopback", "GET", "/metrics", []string{"Origin", "https://evil.example"}, 403, "another origin"},
		{"loopback", "GET", "/metrics", []string{"Origin", "null"}, 403, "another origin"},
		{"loopback", "GET", "/healthz", []string{"Sec-Fetch-Site", "cross-site"}, 403, "another origin"},
		{"loopback", "GET", "/metrics", []string{"Sec-Fetch-Site", "same-site"}, 403, "another origin"},
		{"loopback", "GET", "/metrics", []string{"Sec-Fetch-Site", "none"}, 200, "runs_total"},
		{"loopback", "POST", "/metrics", nil, 405, "only GET and HEAD"},
		{"loopback", "OPTIONS", "/metrics", []string{"Origin", "https://evil.example"}, 403, "another origin"},
		{"loopback", "GET", "/metric", nil, 404, "the paths are /healthz, /readyz and /metrics"},
		{"loopback", "GET", "/healthz/../metrics", nil, 200, "runs_total"},
		{"loopback with a token", "GET", "/metrics", nil, 401, "Authorization: Bearer TOKEN"},
		{"loopback with a token", "GET", "/", nil, 401, "Authorization"},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", bearer}, 200, "runs_total"},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", "bearer  " + secret + " "}, 200, "runs_total"},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", "Basic " + secret}, 401, ""},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", bearer[:len(bearer)-1]}, 401, ""},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", bearer + "x"}, 401, ""},
		{"loopback with a token", "GET", "/metrics", []string{"Authorization", secret}, 401, ""},
		{"loopback with a token", "GET", "/readyz", nil, 200, "ready"},
		{"everywhere", "GET", "/healthz", nil, 200, "ok"},
		{"everywhere", "GET", "/readyz", []string{"Host", "10.0.0.1:80"}, 200, "ready"},
		{"everywhere", "GET", "/metrics", nil, 403, "started without a token"},
		{"everywhere", "GET", "/metrics", []string{"Authorization", "Bearer "}, 403, "started without a token"},
		{"everywhere", "GET", "/", nil, 403, "started without a token"},
		{"everywhere with a token", "GET", "/metrics", []string{"Authorization", bearer, "Host", "server.example"}, 200, "runs_total"},
		{"everywhere with a token", "GET", "/metrics", []string{"Authorization", "Bearer "}, 401, ""},
		{"everywhere with a token", "GET", "/metrics", []string{"Authorization", bearer, "Origin", "https://evil.example"}, 403, "another origin"},
	} {
		status, header, text := get(t, servers[test.server], test.method, test.path, test.headers...)
		if status != test.status || !strings.Contains(text, test.says) {
			t.Errorf("%s, %s %s with %q: %d %q, want %d", test.server, test.method, test.path, test.headers, status, text, test.status)
		}
		if strings.Contains(text, secret[:8]) || header.Get("Access-Control-Allow-Origin") != "" || header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v %q", test.path, header, text)
		}
		if (status == 401) != (header.Get("WWW-Authenticate") != "") || (status == 405) != (header.Get("Allow") != "") {
			t.Errorf("%s %s: %d with %v", test.method, test.path, status, header)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	taken := serving(t, "127.0.0.1:0", "")
	for address, want := range map[string]struct {
		says, hint string
		taken      bool
	}{
		"9464":                  {"a host and a port", "write 127.0.0.1:9464 for this machine alone, or :9464", false},
		"localhost":             {"a host and a port", "", false},
		"":                      {"a host and a port", "", false},
		"http://127.0.0.1:9464": {"a host and a port", "write 127.0.0.1:9464", false},
		"http://127.0.0.1:94/":  {"a host and a port", "write 127.0.0.1:94", false},
		"::1":                   {"a host and a port", "write [::1]:9464", false},
		"localhost:http":        {`the port "http" is no number`, "", false},
		"localhost:65536":       {`the port "65536" is no number`, "", false},
		"localhost:":            {`the port "" is no number`, "", false},
		"a b:80":                {"a host and a port", "", false},
		taken.Address():         {"address already in use", "", true},
		"203.0.113.7:9464":      {"cannot assign requested address", "", true},
	} {
		s, err := Listen(t.Context(), Config{Address: address, Logger: slog.New(slog.DiscardHandler)})
		wrong, ok := errors.AsType[*AddressError](err)
		if s != nil || !ok || wrong.Taken != want.taken || !strings.Contains(wrong.Message, want.says) || !strings.HasPrefix(wrong.Hint, want.hint) || (want.hint == "") != (wrong.Hint == "") {
			t.Errorf("%q: %+v", address, err)
		}
	}
}

// An address that is accepted has a host and a port that the net package reads the same way.
func FuzzCheckAddress(f *testing.F) {
	for _, seed := range []string{"127.0.0.1:9464", ":0", "[::1]:80", "http://x:1/", "x:-1", "x:+1", "x:01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := CheckAddress(text)
		if err == nil {
			if _, port, err := net.SplitHostPort(text); err != nil || strings.Trim(port, "0123456789") != "" || strings.ContainsAny(text, "\n\x00 /") {
				t.Errorf("%q is accepted", text)
			}
			return
		}
		var wrong *AddressError
		if !errors.As(err, &wrong) || wrong.Message == "" {
			t.Errorf("%q: %v", text, err)
		}
		if rest, found := strings.CutPrefix(wrong.Hint, "write "); found && !strings.Contains(rest, " ") && CheckAddress(rest) != nil {
			t.Errorf("%q: the hint %q is wrong too", text, wrong.Hint)
		}
	})
}

// A header has a token only if it names the scheme, and then it is a part of the header.
func FuzzBearer(f *testing.F) {
	f.Add("Bearer abc")
	f.Add("bearer  abc ")
	f.Fuzz(func(t *testing.T, header string) {
		token := bearer(header)
		if token != "" && (!strings.EqualFold(header[:6], "bearer") || !strings.HasSuffix(strings.TrimSpace(header), token)) {
			t.Errorf("%q has the token %q", header, token)
		}
		if isToken(token, secret) != (token == secret) {
			t.Errorf("%q is or is not the secret", token)
		}
	})
}
