package main

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// label returns the labels of pairs of names and values.
func label(pairs ...string) (labels []openmetrics.Label) {
	for i := 0; i+1 < len(pairs); i += 2 {
		labels = append(labels, openmetrics.Label{Name: pairs[i], Value: pairs[i+1]})
	}
	return labels
}

func gauge(name, help string, samples ...openmetrics.Sample) openmetrics.Family {
	return openmetrics.Family{Name: name, Help: help, Kind: openmetrics.Gauge, Samples: samples}
}

// unixSeconds returns a time as Unix seconds.
func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// families returns the metrics of the server itself.
func (s *serveStats) families() []openmetrics.Family {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	served, broken := 0, 0
	for _, of := range s.scripts {
		served += oneIf(of.served)
		broken += oneIf(of.broken)
	}
	all := []openmetrics.Family{
		gauge("dbos_script_build_info", "The version of the program, as a label.", openmetrics.Sample{Labels: label("version", buildVersion(), "goversion", runtime.Version()), Value: 1}),
		gauge("dbos_script_start_time_seconds", "When the server started, in Unix seconds.", openmetrics.Sample{Value: unixSeconds(s.start)}),
		gauge("dbos_script_scripts", "How many scripts of the folder are served, and how many have a mistake; one that is served in an older version counts twice.",
			openmetrics.Sample{Labels: label("state", "served"), Value: float64(served)}, openmetrics.Sample{Labels: label("state", "broken"), Value: float64(broken)}),
	}
	return append(all, s.scriptFamilies()...)
}

// oneIf returns 1 if a condition holds, otherwise 0.
func oneIf(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

// scriptFamilies returns the metrics of each script. The mutex is held.
func (s *serveStats) scriptFamilies() []openmetrics.Family {
	runs := openmetrics.Family{Name: "dbos_script_runs", Help: "How many scheduled runs have ended, by outcome: success, partial, failed, denied, timeout or interrupted.", Kind: openmetrics.Counter}
	ticks := openmetrics.Family{Name: "dbos_script_ticks", Help: "How many ticks of the schedule started a run, were skipped because of an earlier run, or passed unseen.", Kind: openmetrics.Counter}
	changes := openmetrics.Family{Name: "dbos_script_changes", Help: "How many workflows, schedules, queues or versions the runs have changed, by operation.", Kind: openmetrics.Counter}
	took := openmetrics.Family{Name: "dbos_script_run_duration_seconds", Help: "How long runs took.", Kind: openmetrics.Histogram}
	lag := openmetrics.Family{Name: "dbos_script_tick_lag_seconds", Help: "How long after their ticks runs started.", Kind: openmetrics.Histogram}
	running := gauge("dbos_script_runs_running", "How many runs go on.")
	ended := gauge("dbos_script_last_run_timestamp_seconds", "When the last run ended, in Unix seconds.")
	good := gauge("dbos_script_last_success_timestamp_seconds", "When the last successful run ended, in Unix seconds.")
	next := gauge("dbos_script_next_tick_timestamp_seconds", "When the next tick is due, in Unix seconds.")
	now := s.now()
	for _, name := range slices.Sorted(maps.Keys(s.scripts)) {
		of, script := s.scripts[name], label("script", name)
		counts(&runs, of.runs, script, "outcome")
		counts(&ticks, of.ticks, script, "result")
		counts(&changes, of.changes, script, "operation")
		took.Samples = append(took.Samples, openmetrics.Sample{Labels: script, Distribution: of.took.Copy()})
		lag.Samples = append(lag.Samples, openmetrics.Sample{Labels: script, Distribution: of.lag.Copy()})
		running.Samples = append(running.Samples, openmetrics.Sample{Labels: script, Value: float64(of.running)})
		instant(&ended, of.ended, script)
		instant(&good, of.good, script)
		if of.served {
			instant(&next, of.plan.Next(now), script)
		}
	}
	return []openmetrics.Family{runs, took, lag, ticks, changes, running, ended, good, next}
}

// counts adds a sample for each word of a map.
func counts(to *openmetrics.Family, words map[string]uint64, labels []openmetrics.Label, name string) {
	for _, word := range slices.Sorted(maps.Keys(words)) {
		to.Samples = append(to.Samples, openmetrics.Sample{Labels: append(slices.Clone(labels), label(name, word)...), Value: float64(words[word])})
	}
}

// instant adds a time, unless it is zero.
func instant(to *openmetrics.Family, at time.Time, labels []openmetrics.Label) {
	if !at.IsZero() {
		to.Samples = append(to.Samples, openmetrics.Sample{Labels: labels, Value: unixSeconds(at)})
	}
}

// families returns the metrics of the database, and without an answer of it only that.
func (w *databaseWatch) families(ctx context.Context) []openmetrics.Family {
	answer := w.gauges.Get(ctx)
	up := gauge("dbos_database_up", "1 if the database answered when it was last asked, otherwise 0.", openmetrics.Sample{Value: float64(oneIf(answer.Err == nil))})
	if answer.Err != nil {
		return []openmetrics.Family{up}
	}
	all := []openmetrics.Family{up,
		gauge("dbos_database_read_timestamp_seconds", "When the gauges of the database were read, in Unix seconds.", openmetrics.Sample{Value: unixSeconds(answer.At)}),
		gauge("dbos_database_read_duration_seconds", "How long it took to read them.", openmetrics.Sample{Value: answer.Took.Seconds()})}
	return append(append(all, stateFamilies(answer.Value)...), queueFamilies(answer.Value.Queues, answer.At)...)
}

func stateFamilies(g *client.Gauges) []openmetrics.Family {
	states := gauge("dbos_workflows", "How many workflows are in each state. From 100,000 workflows on, SUCCESS is an estimate.")
	for _, s := range g.Statuses {
		states.Samples = append(states.Samples, openmetrics.Sample{Labels: label("status", string(s.Status)), Value: float64(s.Count)})
	}
	verdicts := map[client.ExecutorVerdict]float64{client.ExecutorAlive: 0, client.ExecutorIdle: 0, client.ExecutorSilent: 0, client.ExecutorDead: 0}
	for _, e := range g.Executors {
		verdicts[e.Verdict]++
	}
	executors := gauge("dbos_executors", "How many executors are alive, idle, silent or dead.")
	for _, verdict := range slices.Sorted(maps.Keys(verdicts)) {
		executors.Samples = append(executors.Samples, openmetrics.Sample{Labels: label("verdict", string(verdict)), Value: verdicts[verdict]})
	}
	orphans := gauge("dbos_orphans", "How many workflows are PENDING on executors that are dead.", openmetrics.Sample{Value: float64(g.Orphans)})
	return []openmetrics.Family{states, executors, orphans}
}

// mostQueues is how many queues have samples of their own. Applications may make queues without
// end, and each makes seven time series.
const mostQueues = 100

// queueFamilies returns the metrics of the queues with the most unfinished workflows.
func queueFamilies(queues []client.Queue, at time.Time) []openmetrics.Family {
	shown := slices.Clone(queues)
	slices.SortStableFunc(shown, func(a, b client.Queue) int { return cmp.Compare(load(b), load(a)) })
	left := shown[min(mostQueues, len(shown)):]
	shown = shown[:len(shown)-len(left)]
	slices.SortFunc(shown, func(a, b client.Queue) int { return cmp.Compare(a.Name, b.Name) })
	depth := gauge("dbos_queue_workflows", "How many workflows of a queue are waiting (ENQUEUED), running (PENDING), delayed and held. The queue without a name has workflows that are on none.")
	oldest := gauge("dbos_queue_oldest_waiting_seconds", "How long the oldest waiting workflow of a queue has existed; 0 if none waits.")
	rate := gauge("dbos_queue_ended_per_minute", "How many workflows of a queue ended per minute, over the last five minutes.")
	paused := gauge("dbos_queue_paused", "1 if a registered queue is paused.")
	for _, q := range shown {
		name := label("queue", q.Name)
		for _, part := range []struct {
			state string
			count *int64
		}{{"waiting", q.Waiting}, {"running", q.Running}, {"delayed", q.Delayed}, {"held", q.Held}} {
			depth.Samples = append(depth.Samples, openmetrics.Sample{Labels: append(slices.Clone(name), label("state", part.state)...), Value: float64(*part.count)})
		}
		waited := 0.0
		if !q.OldestWaiting.IsZero() {
			waited = max(at.Sub(q.OldestWaiting).Seconds(), 0)
		}
		oldest.Samples = append(oldest.Samples, openmetrics.Sample{Labels: name, Value: waited})
		rate.Samples = append(rate.Samples, openmetrics.Sample{Labels: name, Value: *q.EndedPerMinute})
		if !q.Unregistered {
			paused.Samples = append(paused.Samples, openmetrics.Sample{Labels: name, Value: float64(oneIf(q.Paused))})
		}
	}
	more := gauge("dbos_queues_left_out", "How many queues have no samples of their own, because 100 others have more workflows.", openmetrics.Sample{Value: float64(len(left))})
	return []openmetrics.Family{depth, oldest, rate, paused, more}
}

// load returns how many workflows of a queue have not ended.
func load(q client.Queue) int64 { return *q.Waiting + *q.Running + *q.Delayed + *q.Held }
