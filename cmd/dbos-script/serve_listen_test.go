package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// A listened is a server that listens, and runs in this process by the clock of the test.
type listened struct {
	*served
	address string
	end     context.CancelFunc
	ended   chan error
}

// on makes the database of a served folder be another one, which is new.
func (s *served) on(database string) *served {
	s.t.Helper()
	s.app.options.database, s.app.options.schema = database, defaultSchema
	c, err := client.NewClient(s.t.Context(), client.ClientConfig{DatabaseURL: database, Create: true})
	if err != nil {
		s.t.Fatal(err)
	}
	c.Shutdown(0)
	f, err := s.app.newFolder(s.folder.path)
	if err != nil {
		s.t.Fatal(err)
	}
	s.folder = f
	return s
}

// listen starts the server, and waits until it listens.
func (s *served) listen(o serveOptions) *listened {
	s.t.Helper()
	ctx, end := context.WithCancel(s.t.Context())
	w := &listened{served: s, end: end, ended: make(chan error, 1)}
	o.parallel, o.grace = defaultParallel, 30*time.Minute
	go func() { w.ended <- s.app.serve(ctx, s.folder, s.clock, o) }()
	s.t.Cleanup(end)
	s.until("it listens", func() bool { return listensOn(s.log.String()) != "" })
	w.address = listensOn(s.log.String())
	return w
}

var listening = regexp.MustCompile(`address"?[=:]"?(http://[^ "\n]+)`)

// listensOn returns the address in a log.
func listensOn(log string) string {
	if found := listening.FindStringSubmatch(log); found != nil {
		return found[1]
	}
	return ""
}

// ask returns the answer of a path; headers are name, value, name, value.
func ask(t *testing.T, url string, headers ...string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
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
	return answer.StatusCode, string(body)
}

// samples reads metrics with the parser of Prometheus, and returns each value by its name and its
// labels, in the order of the text. It fails if OpenMetrics does not hold the same.
func (w *listened) samples() map[string]float64 {
	w.t.Helper()
	status, text := ask(w.t, w.address+"/metrics")
	if status != http.StatusOK {
		w.t.Fatalf("%d %s", status, text)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		w.t.Fatalf("%v\n%s", err, text)
	}
	_, open := ask(w.t, w.address+"/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	values := map[string]float64{}
	for name, family := range families {
		var want bytes.Buffer
		if _, err := expfmt.MetricFamilyToOpenMetrics(&want, family); err != nil {
			w.t.Fatal(err)
		}
		if !strings.Contains(open, want.String()) {
			w.t.Errorf("OpenMetrics lacks:\n%s\nit is:\n%s", &want, open)
		}
		for _, m := range family.Metric {
			values[name+labelsOf(m)] = valueOf(m)
		}
	}
	if !strings.HasSuffix(open, "\n# EOF\n") {
		w.t.Errorf("it ends with %q", open[max(0, len(open)-20):])
	}
	return values
}

func labelsOf(m *dto.Metric) string {
	var pairs []string
	for _, l := range m.Label {
		pairs = append(pairs, l.GetValue())
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// valueOf returns the value, or of a histogram the number of its values.
func valueOf(m *dto.Metric) float64 {
	switch {
	case m.Counter != nil:
		return m.Counter.GetValue()
	case m.Histogram != nil:
		return float64(m.Histogram.GetSampleCount())
	}
	return m.GetGauge().GetValue()
}

func (w *listened) expectSamples(when string, want map[string]float64) {
	w.t.Helper()
	got := w.samples()
	for name, value := range want {
		if there, found := got[name]; !found || there != value {
			w.t.Errorf("%s: %s is %v, want %v", when, name, there, value)
		}
	}
	if w.t.Failed() {
		w.t.Logf("%v\n%s", got, w.log)
	}
}

// eachDatabase runs a test on a new SQLite file and on a new Postgres.
func eachDatabase(t *testing.T, test func(t *testing.T, database string)) {
	for name, make := range map[string]func(*testing.T) string{
		"SQLite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "dbos.sqlite") },
		"Postgres": func(t *testing.T) string { return pgtest.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, make(t))
		})
	}
}

// The metrics have what the scripts did, and what the database holds.
func TestMetricsOfAServer(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		s := newServed(t, map[string]string{
			"makes.lua":  "schedule.declare{cron = '* * * * *'}\ndbos.enqueue_many('mails', 'wf', {1, 2, 3}, {sdk = 'go'})\ndbos.cancel_workflows{dbos.list_workflows{limit = 1}[1].id}\n",
			"fails.lua":  "schedule.declare{cron = '* * * * *'}\nerror('broken')\n",
			"sleeps.lua": "schedule.declare{cron = '* * * * *', timeout = '90s'}\ntime.sleep('1h')\n",
			"typo.lua":   "schedule.declare{cron = '* * *'}\n",
		}).on(database)
		w := s.listen(serveOptions{listen: "127.0.0.1:0"})
		s.until("the server waits", func() bool { return s.clock.began(lookEvery) == 1 })
		w.expectSamples("at the start", map[string]float64{
			"dbos_script_scripts{served}": 3, "dbos_script_scripts{broken}": 1, "dbos_database_up{}": 1, "dbos_workflows{ENQUEUED}": 0, "dbos_orphans{}": 0,
			"dbos_script_runs_total{makes.lua,success}": 0, "dbos_script_next_tick_timestamp_seconds{makes.lua}": float64(s.clock.Now().Unix() + 60),
		})
		s.clock.move(61 * time.Second)
		s.until("two have ended", func() bool { return s.told("ended script=makes.lua")() && s.told("failed script=fails.lua")() })
		w.expectSamples("after a minute", map[string]float64{
			"dbos_script_runs_total{makes.lua,success}": 1, "dbos_script_runs_total{fails.lua,failed}": 1, "dbos_script_runs_total{fails.lua,success}": 0,
			"dbos_script_ticks_total{makes.lua,started}": 1, "dbos_script_runs_running{sleeps.lua}": 1, "dbos_script_runs_running{makes.lua}": 0,
			"dbos_script_changes_total{makes.lua,enqueue_many}": 3, "dbos_script_changes_total{makes.lua,cancel_workflows}": 1,
			"dbos_script_run_duration_seconds{makes.lua}": 1, "dbos_script_tick_lag_seconds{makes.lua}": 1,
			"dbos_workflows{ENQUEUED}": 2, "dbos_workflows{CANCELLED}": 1, "dbos_queue_workflows{mails,waiting}": 2,
			"dbos_script_last_success_timestamp_seconds{makes.lua}": float64(s.clock.Now().Unix()),
		})
		if _, found := w.samples()["dbos_script_last_success_timestamp_seconds{fails.lua}"]; found {
			t.Error("the script that always fails has succeeded once")
		}
		for _, name := range []string{"fails.lua", "typo.lua"} {
			if err := os.Remove(filepath.Join(s.folder.path, name)); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.move(95 * time.Second)
		s.until("the one that sleeps is stopped", s.told("failed script=sleeps.lua"))
		s.until("another is gone", s.told("no longer scheduled script=fails.lua"))
		endedTimes := func(script string, times int) func() bool {
			return func() bool { return strings.Count(s.log.String(), "ended script="+script) == times }
		}
		s.until("the third has run twice", endedTimes("makes.lua", 2))
		w.expectSamples("later", map[string]float64{
			"dbos_script_runs_total{sleeps.lua,timeout}": 1, "dbos_script_ticks_total{sleeps.lua,skipped}": 1, "dbos_script_scripts{served}": 2, "dbos_script_scripts{broken}": 0,
		})
		if _, found := w.samples()["dbos_script_runs_total{fails.lua,failed}"]; found {
			t.Error("a script that is gone has metrics")
		}
		s.clock.move(30 * time.Second)
		s.until("one sleeps again", func() bool { return s.clock.began(time.Hour) == 2 && endedTimes("makes.lua", 3)() })
		w.end()
		s.until("it ends", s.told("stopping: waiting for 1 run"))
		if status, text := ask(t, w.address+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "the server is stopping") {
			t.Errorf("%d %s", status, text)
		}
		if status, _ := ask(t, w.address+"/healthz"); status != http.StatusOK {
			t.Errorf("healthz: %d", status)
		}
		s.clock.move(time.Hour)
		<-w.ended
		if _, err := http.Get(w.address + "/healthz"); err == nil {
			t.Error("it answers after its end")
		}
	})
}

// readyAs waits for an answer of /readyz, and lets the clock pass what an answer is kept for.
func (w *listened) readyAs(status int, words string) {
	w.t.Helper()
	got, text := 0, ""
	w.until(fmt.Sprintf("readyz is %d, %s", status, words), func() bool {
		w.clock.move(readyEvery)
		got, text = ask(w.t, w.address+"/readyz")
		return got == status && strings.Contains(text, words)
	})
}

// A database that is stopped, and comes back.
func TestReadyFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(pgtest.Options{Password: "word-of-the-server"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	w := newServed(t, map[string]string{"daily.lua": "schedule.declare{cron = '@daily'}\n"}).on(server.URL("postgres")).listen(serveOptions{listen: "127.0.0.1:0"})
	w.readyAs(http.StatusOK, "ready")
	if err := server.StopServer(); err != nil {
		t.Fatal(err)
	}
	w.readyAs(http.StatusServiceUnavailable, "not ready: the database ")
	w.clock.move(gaugesEvery)
	if got := w.samples(); got["dbos_database_up{}"] != 0 || len(got) < 10 {
		t.Errorf("without a database the metrics are %v", got)
	}
	if status, text := ask(t, w.address+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d %s", status, text)
	}
	_, answer := ask(t, w.address+"/readyz?format=json")
	if !strings.HasPrefix(answer, `{"ready":false,"reasons":["the database `) {
		t.Errorf("as JSON: %s", answer)
	}
	if err := server.StartServer(); err != nil {
		t.Fatal(err)
	}
	w.readyAs(http.StatusOK, "ready")
	w.until("the log says it", w.told("the database answers again"))
	if text := w.log.String() + answer; strings.Contains(text, "word-of-the-server") {
		t.Errorf("the password is shown: %s", text)
	}
	w.clock.move(gaugesEvery)
	w.expectSamples("again", map[string]float64{"dbos_database_up{}": 1})
}

// Each part that is missing is named, and nothing is made for a probe.
func TestReadyNamesItsReasons(t *testing.T) {
	t.Parallel()
	w := newServed(t, map[string]string{"daily.lua": "schedule.declare{cron = '@daily'}\n"}).listen(serveOptions{listen: "127.0.0.1:0", anyway: true})
	w.readyAs(http.StatusServiceUnavailable, "not ready: the database does not answer; the log says why")
	file := strings.TrimPrefix(w.app.options.database, "sqlite:")
	if _, err := os.Stat(file); err == nil {
		t.Errorf("a probe made %s", file)
	}
	makeEmbedded(t, filepath.Dir(file))
	w.readyAs(http.StatusOK, "ready")
	moved := w.folder.path + ".moved"
	if err := os.Rename(w.folder.path, moved); err != nil {
		t.Fatal(err)
	}
	w.readyAs(http.StatusServiceUnavailable, "the folder of scripts cannot be read")
	if err := os.Rename(moved, w.folder.path); err != nil {
		t.Fatal(err)
	}
	w.readyAs(http.StatusOK, "ready")
}

// A token from a file opens the metrics of an address that others reach.
func TestMetricsBehindAToken(t *testing.T) {
	t.Parallel()
	const token = "a-token-of-the-test-42"
	s := newServed(t, map[string]string{"daily.lua": "schedule.declare{cron = '@daily'}\n"})
	makeEmbedded(t, s.folder.path)
	w := s.listen(serveOptions{listen: ":0", token: token})
	url := "http://127.0.0.1" + w.address[strings.LastIndex(w.address, ":"):]
	if status, _ := ask(t, url+"/metrics"); status != http.StatusUnauthorized {
		t.Errorf("without the token: %d", status)
	}
	if status, text := ask(t, url+"/metrics", "Authorization", "Bearer "+token); status != http.StatusOK || !strings.Contains(text, "\ndbos_database_up 1\n") {
		t.Errorf("with the token: %d %s", status, text)
	}
	if strings.Contains(s.log.String(), token) {
		t.Errorf("the log has the token: %s", s.log)
	}
	open := newServed(t, map[string]string{"daily.lua": "schedule.declare{cron = '@daily'}\n"}).listen(serveOptions{listen: ":0", anyway: true})
	open.until("it warns", open.told("only /healthz and /readyz are answered"))
}
