package main

import "github.com/dbos-script/dbos-script/bench/task"

// rows returns the rows of the tables about a database.
func rows() []row {
	var list []row
	for _, part := range [][]row{firstCalls(), writing(), steering(), queueing(), reading(), waiting(), scheduling(), starting(), sharing()} {
		list = append(list, part...)
	}
	return list
}

// The states of prepared workflows.
const (
	ended     = "'SUCCESS'"
	open      = "'ENQUEUED'"
	failed    = "'ERROR'"
	cancelled = "'CANCELLED'"
	delayed   = "'DELAYED'"
)

// firstCalls returns the rows about the first call of a run, which looks up the queues and names
// of the database.
func firstCalls() []row {
	first := func(name, title, workflow string, known bool) row {
		r := row{name: name, title: title, task: task.Task{Scenario: "enqueue_first", Count: 1, Name: workflow}, known: known,
			limits: limits{Most: 0.030}, brief: true}
		if known {
			r.status = open
		}
		return r
	}
	return []row{
		first("first_known", "the first enqueue of a run", "", true),
		first("first_unknown", "the first enqueue of a run, name and queue unknown", "never_seen", false),
	}
}

func writing() []row {
	return []row{
		{name: "enqueue", title: "enqueue, a call of one caller", task: task.Task{Scenario: "enqueue", Count: 1000}, limits: limits{Raw: perCall, Peers: ahead}, lineCount: 100, brief: true},
		{name: "enqueue_8", title: "enqueue, a call of eight callers", task: task.Task{Scenario: "enqueue", Count: 1600, Callers: 8}, limits: limits{Raw: perCall, Peers: ahead}, lineCount: 400, brief: true},
		{name: "enqueue_many", title: "enqueue_many of %s", task: task.Task{Scenario: "enqueue_many", Count: 10_000}, limits: limits{Raw: perSet, Peers: ahead}},
	}
}

func steering() []row {
	set, one := limits{Raw: perSet, Peers: parity}, limits{Raw: perCall, Peers: ahead}
	return []row{
		{name: "resume_1000", title: "resume %s", task: task.Task{Scenario: "resume", Count: 1000}, status: cancelled, limits: set, brief: true},
		{name: "resume_100000", title: "resume %s", task: task.Task{Scenario: "resume", Count: 100_000}, status: cancelled, limits: set},
		{name: "resume_loop", title: "resume in a loop, a call", task: task.Task{Scenario: "resume_each", Count: 1000}, status: cancelled, limits: one, lineCount: 100, brief: true},
		{name: "cancel_1000", title: "cancel %s", task: task.Task{Scenario: "cancel", Count: 1000}, status: open, limits: set, brief: true},
		{name: "cancel_100000", title: "cancel %s", task: task.Task{Scenario: "cancel", Count: 100_000}, status: open, limits: set},
		{name: "cancel_loop", title: "cancel in a loop, a call", task: task.Task{Scenario: "cancel_each", Count: 1000}, status: open, limits: one, lineCount: 100, brief: true},
		{name: "fork_1000", title: "fork %s of ten steps from the fifth", task: task.Task{Scenario: "fork", Count: 1000}, status: failed, steps: 10, limits: limits{Raw: perSet, Peers: ahead}, brief: true},
		{name: "rewind_1000", title: "rewind %s of ten steps to the fifth", task: task.Task{Scenario: "rewind", Count: 1000}, instead: without("ts"), status: failed, steps: 10, limits: limits{Raw: perSet, Peers: ahead}, brief: true},
		{name: "prune", title: "prune %s of five steps", task: task.Task{Scenario: "prune", Count: 50_000}, instead: without("ts", "gosdk"), status: ended, steps: 5, old: true, limits: limits{Raw: perPrune}},
	}
}

// queueing are the rows about workflows that wait. They have a limit in seconds too, because an
// operator waits.
func queueing() []row {
	const count = 50_000
	none := without("ts", "gosdk")
	set := limits{Raw: perQueue, Most: 2}
	add := func(name, title string) row {
		return row{name: "waiting_" + name, title: title, task: task.Task{Scenario: name, Count: count}, instead: none, status: open, limits: set}
	}
	release := add("release", "release %s held ones")
	release.status, release.held = delayed, true
	move := add("move_queue", "move %s to another queue")
	move.known = true
	filtered := func(name, title string) row {
		r := add(name, title)
		r.known, r.limits.Raw = true, filtering
		return r
	}
	return []row{
		add("set_priority", "set the priority of %s"), move,
		add("hold", "hold %s"), release, filtered("set_priority_filter", "set the priority of %s, by a filter"), filtered("hold_filter", "hold %s, by a filter"),
	}
}

func reading() []row {
	list := func(name, title string, count int, decode bool) row {
		r := row{name: name, title: title, task: task.Task{Scenario: "list", Count: count, Payloads: decode, Decode: decode}, memory: true}
		r.limits = limits{Raw: perWalk, Peers: ahead}
		if decode {
			r.limits = limits{Raw: perInput, CPU: true, Peers: ahead}
		}
		r.brief = count <= 10_000
		return r
	}
	// The official clients have no walk.
	walk := func(name string, count int) row {
		return row{name: name, title: "walk %s with payloads, three fields read", task: task.Task{Scenario: "walk", Count: count, Payloads: true},
			instead: map[string]string{"ts": "list", "gosdk": "list"}, limits: limits{Raw: perWalk, Peers: ahead}, memory: true}
	}
	all := walk("walk_100000", 100_000)
	all.limits.Memory = 40
	// A script that reads every input of so many needs a walk, because records keep the
	// values that were read.
	loaded := list("list_100000_payloads", "list %s with payloads, three fields read", 100_000, false)
	loaded.task.Payloads = true
	decoded := walk("walk_inputs", 100_000)
	decoded.title, decoded.task.Decode, decoded.limits = "walk %s, every input read", true, limits{Raw: perInput, CPU: true, Peers: ahead}
	pages := task.Task{Scenario: "walk", Count: 50_000, Page: 100}
	offset := pages
	offset.Scenario = "offset"
	return []row{
		list("list_10000", "list %s, three fields read", 10_000, false), list("list_10000_inputs", "list %s, every input read", 10_000, true),
		list("list_100000", "list %s, three fields read", 100_000, false), loaded,
		walk("walk_10000", 10_000), all, decoded,
		{name: "walk_pages", title: "walk %s in pages of 100", task: pages, instead: without("ts", "gosdk"), limits: limits{Raw: perWalk}, memory: true},
		{name: "walk_offset", title: "walk %s by offsets", task: offset, instead: without("ts"), limits: limits{Raw: perOffset, Peers: ahead}},
		{name: "aggregate", title: "count all workflows by state and name", task: task.Task{Scenario: "aggregate", Count: 1}, instead: without("ts"), limits: limits{Raw: perSet, Peers: parity}, brief: true},
		{name: "read_stream", title: "read a stream of %s values", task: task.Task{Scenario: "read_stream", Count: 10_000}, status: ended, stream: true, limits: limits{Raw: perCall, Peers: ahead}, brief: true},
	}
}

func waiting() []row {
	return []row{
		{name: "results_finished", title: "%s finished results", task: task.Task{Scenario: "finished", Count: 100}, status: ended, limits: limits{Raw: perSet, Peers: ahead}, trips: true},
		{name: "results_queued", title: "%s queued results, from the commit", task: task.Task{Scenario: "queued", Count: 100}, status: open, limits: limits{Most: 0.015, Peers: ahead}, trips: true},
		// The TypeScript client looks every ten seconds.
		{name: "get_event", title: "get_event, from the commit", task: task.Task{Scenario: "get_event", Count: 5}, instead: without("ts"), status: open, limits: limits{Most: 0.010, Peers: parity}},
		{name: "send", title: "send, a call", task: task.Task{Scenario: "send", Count: 1000}, status: open, limits: limits{Raw: perCall, Peers: ahead}, lineCount: 100, brief: true},
		{name: "send_many", title: "send_many of %s", task: task.Task{Scenario: "send_many", Count: 1000}, status: open, limits: limits{Raw: perSet, Peers: ahead}, brief: true},
	}
}

func scheduling() []row {
	const day = 24 * 60
	one := limits{Raw: perCall, Peers: ahead}
	return []row{
		{name: "backfill_day", title: "backfill %s minutes", task: task.Task{Scenario: "backfill", Count: day}, limits: limits{Raw: 2.0, Peers: ahead}},
		// The TypeScript client takes minutes.
		{name: "backfill_week", title: "backfill %s minutes", task: task.Task{Scenario: "backfill", Count: 7 * day}, instead: without("ts"), limits: limits{Raw: 2.0, Peers: ahead}},
		{name: "debounce_key", title: "debounce one key, a call", task: task.Task{Scenario: "debounce", Count: 2000}, limits: one, lineCount: 100, brief: true},
		{name: "debounce_keys", title: "debounce %s keys, a call", task: task.Task{Scenario: "debounce_keys", Count: 1000}, limits: one, brief: true},
	}
}

func starting() []row {
	return []row{{name: "cold", title: "cold start, list %s rows", task: task.Task{Scenario: "cold", Count: 10}, limits: limits{Raw: 1.6, Peers: ahead, Memory: 25}, memory: true, brief: true}}
}

// sharing are the rows of a file in which an application writes meanwhile.
func sharing() []row {
	l := limits{Raw: perWalk, Peers: ahead}
	return []row{
		{name: "beside_enqueue", title: "enqueue beside an application that writes, a call", task: task.Task{Scenario: "enqueue", Count: 300}, limits: l, beside: true},
		{name: "beside_resume", title: "resume in a loop beside an application that writes, a call", task: task.Task{Scenario: "resume_each", Count: 300}, status: cancelled, limits: l, beside: true},
		{name: "beside_set", title: "resume %s beside an application that writes", task: task.Task{Scenario: "resume", Count: 1000}, status: cancelled, limits: l, beside: true},
	}
}
