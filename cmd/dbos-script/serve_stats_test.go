package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/monitor/openmetrics"
)

// A server whose loop stands still does not work, unless it ends.
func TestAServerThatStandsStillIsStuck(t *testing.T) {
	t.Parallel()
	s := newServed(t, nil)
	stats := newServeStats(newServeReporter(s.app), s.clock.Now)
	if got := stats.unready(false); len(got) != 1 || got[0] != "the schedules are not loaded yet" {
		t.Errorf("at the start: %v", got)
	}
	stats.Looked()
	s.clock.move(stuckAfter)
	if got := stats.stuck(); got != "" {
		t.Errorf("after five minutes: %q", got)
	}
	s.clock.move(time.Second)
	if got := stats.stuck(); got != "the schedules have not been looked at for 5m1s" {
		t.Errorf("after more: %q", got)
	}
	stats.Ending(0, time.Minute)
	if got := stats.stuck(); got != "" || len(stats.unready(false)) != 1 {
		t.Errorf("at the end: %q, %v", got, stats.unready(false))
	}
}

// Of many queues, the largest have samples, and the rest is a number.
func TestQueuesAreBounded(t *testing.T) {
	t.Parallel()
	var queues []client.Queue
	for n := range int64(150) {
		zero, rate := int64(0), 0.0
		queues = append(queues, client.Queue{Name: fmt.Sprintf("q%03d", n), QueueLoad: client.QueueLoad{Waiting: &n, Running: &zero, Delayed: &zero, Held: &zero, EndedPerMinute: &rate}})
	}
	var text strings.Builder
	if err := openmetrics.Write(&text, queueFamilies(queues, time.Now()), openmetrics.Classic); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]int{"dbos_queue_paused{": 100, `,state="waiting"} `: 100, `queue="q049"`: 0, `{queue="q050",state="waiting"} 50`: 1, "dbos_queues_left_out 50\n": 1} {
		if got := strings.Count(text.String(), words); got != want {
			t.Errorf("%q is there %d times, want %d", words, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "it is empty", " \n": "it is empty", "short": "it has 5 characters, and 16 are the least",
		"sixteen letters or more": "a header cannot carry", "naïve-naïve-naïve": "a header cannot carry", "0123456789abcdef\n": "", "0123456789abcde": "it has 15",
	} {
		token, err := checkToken("FILE", text)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) || err == nil && token != strings.TrimSpace(text) {
			t.Errorf("%q: %q, %v", text, token, err)
		}
		if err != nil && len(strings.TrimSpace(text)) > 0 && strings.Contains(err.Error(), strings.TrimSpace(text)) {
			t.Errorf("the error shows the token: %v", err)
		}
	}
}

// A token that is accepted comes out of a header as it went in.
func FuzzToken(f *testing.F) {
	f.Add("0123456789abcdef\n")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := checkToken("FILE", text)
		if err == nil && (len(token) < shortestToken || strings.ContainsAny(token, " \t\r\n\x00") || strings.TrimSpace(text) != token) {
			t.Errorf("%q is the token %q", text, token)
		}
	})
}
