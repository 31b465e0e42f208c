package client

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// enqueuedRules are the rules of a workflow that waits on its queue: first the reasons that
// keep it there for ever, then until somebody acts, then for a time.
func enqueuedRules() []rule {
	return []rule{
		deadlinePassed, queuePaused, scriptSerialization, scriptClass, otherApplication, unknownQueue, partitionKey, unknownVersion, oldVersion,
		queueConcurrency, partitionConcurrency, workerConcurrency, rateLimit, noExecutor, inLine, limitsUnknown, unknownName, takenSoon,
	}
}

// usualWait is how long a workflow waits before that needs a reason. Executors look for work
// about once a second.
const usualWait = 30 * time.Second

// waitingSince returns the time at which the workflow came on its queue.
func (f *facts) waitingSince() time.Time {
	wf := f.workflow
	since := wf.CreatedAt
	if wf.UpdatedAt.After(since) {
		since = wf.UpdatedAt
	}
	if wf.DelayUntil.After(since) && !wf.DelayUntil.After(f.now) {
		since = wf.DelayUntil
	}
	return since
}

// may returns true if an executor may take the workflow, as far as owners decide.
func (f *facts) may(owner string) bool {
	return f.workflow.ApplicationName == "" || owner == "" || owner == f.workflow.ApplicationName
}

func deadlinePassed(f *facts) *Reason {
	wf := f.workflow
	if wf.Deadline.IsZero() || wf.Deadline.After(f.now) {
		return nil
	}
	return &Reason{Cause: CauseDeadlinePassed,
		Text:    fmt.Sprintf("its deadline passed %s ago, and no executor has cancelled it", f.since(wf.Deadline)),
		Command: command("cancel", wf.ID), Evidence: []string{"deadline " + clock(wf.Deadline)}}
}

// otherApplication compares the owner of the workflow with that of its queue and with the
// applications that work.
func otherApplication(f *facts) *Reason {
	wf := f.workflow
	if wf.ApplicationName == "" {
		return nil
	}
	if q := f.queue; q != nil && q.ApplicationName != "" && q.ApplicationName != wf.ApplicationName {
		return f.foreign([]string{q.ApplicationName}, fmt.Sprintf("and its queue %q to %q", q.Name, q.ApplicationName))
	}
	var others []string
	for _, e := range f.executors {
		if e.owner == wf.ApplicationName || e.owner == "" {
			return nil
		}
		others = append(others, e.owner)
	}
	for _, v := range f.versions {
		if v.ApplicationName == wf.ApplicationName || v.ApplicationName == "" {
			return nil
		}
	}
	others = slices.Compact(slices.Sorted(slices.Values(others)))
	const text = "which has registered no version and run nothing, as far as its newest workflows show"
	switch {
	case len(others) == 0:
		return nil
	case len(others) == 1 && others[0] == scriptApplication:
		return f.foreign(others, fmt.Sprintf("%s; only %q works here", text, scriptApplication))
	}
	// A workflow of an application becomes one for scripts by its queue alone.
	others = slices.DeleteFunc(others, func(name string) bool { return name == scriptApplication })
	return f.foreign(others, text)
}

// foreign is the reason of a workflow that its owner does not take.
func (f *facts) foreign(others []string, text string) *Reason {
	wf := f.workflow
	near := nearest.Suggestion(wf.ApplicationName, others)
	if others[0] == scriptApplication {
		return &Reason{Cause: CauseOtherApplication,
			Text: fmt.Sprintf("it belongs to the application %q, %s, which executes scripts: enqueue it with the application name %q", wf.ApplicationName, text, scriptApplication)}
	}
	return &Reason{Cause: CauseOtherApplication,
		Text:     fmt.Sprintf("it belongs to the application %q, %s%s", wf.ApplicationName, text, near),
		Evidence: []string{"executors of " + firstNames(others) + " take only their own workflows and those without an owner"},
		Command:  script("dbos.rename_application{old_name = %s, new_name = %s}", wf.ApplicationName, others[0])}
}

func unknownQueue(f *facts) *Reason {
	wf := f.workflow
	if f.seen.knowsQueue(target{queue: wf.QueueName}) || f.queue != nil || len(f.running) > 0 {
		return nil
	}
	known := f.seen.appQueues()
	r := &Reason{Cause: CauseUnknownQueue,
		Text: fmt.Sprintf("nobody takes from its queue %q: it is not registered, and no workflow was taken off it%s%s", wf.QueueName,
			f.seen.where(), nearest.Suggestion(wf.QueueName, known))}
	if len(known) > 0 {
		r.Evidence = []string{"known queues: " + firstNames(known)}
	}
	if near := nearest.To(wf.QueueName, known); near != "" {
		r.Command = command("resume", wf.ID, "--to-queue", near)
	}
	return r
}

func partitionKey(f *facts) *Reason {
	wf, q := f.workflow, f.queue
	switch {
	case q == nil || q.PartitionQueue == (wf.QueuePartitionKey != ""):
		return nil
	case q.PartitionQueue:
		return &Reason{Cause: CauseNoPartitionKey,
			Text:    fmt.Sprintf("its queue %q is partitioned, and a workflow without a partition key is never taken off it", q.Name),
			Command: script("dbos.fork_workflow(%s, {queue_name = %s, queue_partition_key = \"KEY\"})", wf.ID, q.Name)}
	}
	return &Reason{Cause: CauseUnwantedPartitionKey,
		Text: fmt.Sprintf("it has the partition key %q, and its queue %q is not partitioned: some SDKs never take such a workflow", wf.QueuePartitionKey, q.Name)}
}

func unknownName(f *facts) *Reason {
	wf := f.workflow
	warnings := f.seen.nameWarnings(target{name: wf.Name, class: wf.ClassName})
	if len(warnings) == 0 || f.seen.knowsName(target{name: wf.Name, class: wf.ClassName}) {
		return nil
	}
	return &Reason{Cause: CauseUnknownName, Text: "no application has run a workflow like it: " + warnings[0]}
}

// lastOf returns the last sign of life of the executors that may take the workflow and have a
// version, or any if it is empty.
func (f *facts) lastOf(version string) (last executor) {
	for _, e := range f.executors {
		if f.may(e.owner) && (version == "" || e.version == version) && e.at.After(last.at) {
			last = e
		}
	}
	return last
}

func unknownVersion(f *facts) *Reason {
	version := f.workflow.ApplicationVersion
	names := column(f.versions, func(v VersionInfo) string { return v.Name })
	if version == "" || len(names) == 0 || slices.Contains(names, version) || f.lastOf(version).id != "" {
		return nil
	}
	return &Reason{Cause: CauseUnknownVersion,
		Text:     fmt.Sprintf("it waits for the application version %q, which no application has registered%s", version, nearest.Suggestion(version, names)),
		Evidence: []string{"registered versions: " + firstNames(names)},
		Command:  command("move", f.workflow.ID, "--to-version", names[0])}
}

func oldVersion(f *facts) *Reason {
	version := f.workflow.ApplicationVersion
	if version == "" || len(f.versions) == 0 || f.versions[0].Name == version || !slices.ContainsFunc(f.versions, func(v VersionInfo) bool { return v.Name == version }) {
		return nil
	}
	latest := f.versions[0]
	last := f.lastOf(version)
	if last.at.After(f.waitingSince()) || last.at.After(f.now.Add(-usualWait)) {
		return nil // its executors still work
	}
	evidence := fmt.Sprintf("no executor of version %q is seen among the newest workflows", version)
	if last.id != "" {
		evidence = fmt.Sprintf("executor %q of version %q was last seen %s ago", last.id, version, f.since(last.at))
	}
	return &Reason{Cause: CauseOldVersion,
		Text:     fmt.Sprintf("it waits for the application version %q, and the latest is %q: executors take only workflows of their own version", version, latest.Name),
		Evidence: []string{evidence, fmt.Sprintf("version %q is the latest since %s", latest.Name, clock(time.UnixMilli(latest.Timestamp)))},
		Command:  command("move", f.workflow.ID, "--to-version", latest.Name)}
}

// total returns the number of PENDING workflows of the queue.
func (f *facts) total() (count int64) {
	for _, s := range f.running {
		count += s.count
	}
	return count
}

// perPartition returns true if the limits of the queue hold for each of its partitions.
func (f *facts) perPartition() bool { return f.queue.PartitionQueue && !f.queue.partitioned() }

func queueConcurrency(f *facts) *Reason {
	if f.queue == nil || f.queue.Concurrency == nil || f.perPartition() || f.total() < int64(*f.queue.Concurrency) {
		return nil
	}
	return f.limitReached(CauseQueueConcurrency, f.total(), *f.queue.Concurrency, fmt.Sprintf("queue %q", f.queue.Name), "concurrency")
}

func partitionConcurrency(f *facts) *Reason {
	if f.queue == nil || f.workflow.QueuePartitionKey == "" {
		return nil
	}
	limit, option := f.queue.PartitionConcurrency, "partition_concurrency"
	if f.perPartition() {
		limit, option = f.queue.Concurrency, "concurrency"
	}
	if limit == nil || f.partition < int64(*limit) {
		return nil
	}
	return f.limitReached(CausePartitionConcurrency, f.partition, *limit, fmt.Sprintf("partition %q of queue %q", f.workflow.QueuePartitionKey, f.queue.Name), option)
}

// limitReached returns the reason for a reached limit, with the workflows that hold its slots.
func (f *facts) limitReached(cause Cause, running int64, limit int, place, option string) *Reason {
	evidence := []string{"running: " + firstNames(f.holders) + more(running-int64(len(f.holders)))}
	for _, s := range f.running[:min(len(f.running), maxHolders)] {
		evidence = append(evidence, fmt.Sprintf("executor %q runs %d", s.executor, s.count))
	}
	return &Reason{Cause: cause, Evidence: evidence,
		Text:    fmt.Sprintf("%d of %d workflows that %s may run at once are running", running, limit, place),
		Command: script("dbos.update_queue(%s, {%s = %d})", f.queue.Name, word(option), limit*2)}
}

// workerConcurrency holds if each executor that works has as many workflows of the queue as it may.
func workerConcurrency(f *facts) *Reason {
	if f.queue == nil || f.queue.WorkerConcurrency == nil || f.perPartition() || len(f.running) == 0 {
		return nil
	}
	limit := *f.queue.WorkerConcurrency
	full := map[string]bool{}
	for _, s := range f.running {
		full[s.executor] = s.count >= int64(limit)
	}
	for _, e := range f.executors {
		if f.may(e.owner) && e.at.After(f.waitingSince()) && !full[e.id] {
			return nil
		}
	}
	if slices.ContainsFunc(f.running, func(s slots) bool { return !full[s.executor] }) {
		return nil
	}
	r := f.limitReached(CauseWorkerConcurrency, f.total(), limit, "", "worker_concurrency")
	r.Text = fmt.Sprintf("each of the %d executors that take from queue %q runs %d of its workflows, as many as it may", len(f.running), f.queue.Name, limit)
	return r
}

func rateLimit(f *facts) *Reason {
	if f.queue == nil || f.queue.Paused {
		return nil
	}
	for i, limit := range []*RateLimit{f.queue.RateLimit, f.queue.PartitionRateLimit} {
		if limit == nil || i >= len(f.started) || f.started[i].count < int64(limit.Limit) {
			continue
		}
		option := []string{"rate_limit", "partition_rate_limit"}[i]
		free := f.started[i].oldest.Add(limit.Period)
		return &Reason{Cause: CauseRateLimit,
			Text: fmt.Sprintf("queue %q has started %d workflows in the last %s, and may start %d; the next may start in %s", f.queue.Name,
				f.started[i].count, span(limit.Period), limit.Limit, span(free.Sub(f.now))),
			Command: script("dbos.update_queue(%s, {%s = {limit = %d, period = %s}})", f.queue.Name, word(option), limit.Limit*2, limit.Period.String())}
	}
	return nil
}

func inLine(f *facts) *Reason {
	if f.ahead == 0 {
		return nil
	}
	count := fmt.Sprint(f.ahead)
	if f.ahead >= maxAhead {
		count = "at least " + count
	}
	verb := "come"
	if f.ahead == 1 {
		verb = "comes"
	}
	return &Reason{Cause: CauseInLine, Text: fmt.Sprintf("%s of queue %q %s first, by priority and age; %d run", count, f.workflow.QueueName, verb, f.total())}
}

// noExecutor holds if no executor that may take the workflow has worked since it waits.
func noExecutor(f *facts) *Reason {
	waits := f.waitingSince()
	if f.now.Sub(waits) < usualWait {
		return nil
	}
	version := f.wantedVersion()
	last := f.lastOf(version)
	if last.at.After(waits) {
		return nil
	}
	who := "no executor"
	if f.workflow.ApplicationName != "" {
		who += fmt.Sprintf(" of %q", f.workflow.ApplicationName)
	}
	evidence := "none is seen among the newest workflows"
	if last.id != "" {
		evidence = fmt.Sprintf("executor %q of version %q was last seen %s ago", last.id, last.version, f.since(last.at))
	}
	if other := f.lastOf(""); other.at.After(waits) {
		return f.notLatest(who, version, other, evidence)
	}
	return &Reason{Cause: CauseNoExecutor, Evidence: []string{evidence},
		Text: fmt.Sprintf("it has waited for %s, and in that time %s has started or ended anything: start the application", f.since(waits), who)}
}

// notLatest is the reason if an executor works whose version may not take the workflow.
func (f *facts) notLatest(who, version string, other executor, evidence string) *Reason {
	r := &Reason{Cause: CauseNoExecutor, Evidence: []string{fmt.Sprintf("executor %q of version %q works, and was last seen %s ago", other.id, other.version, f.since(other.at)), evidence},
		Text: fmt.Sprintf("it has waited for %s, and in that time %s of version %q has started or ended anything: start one", f.since(f.waitingSince()), who, version)}
	if f.workflow.ApplicationVersion == "" {
		r.Text = fmt.Sprintf("it has no version of its own, so only executors of the latest one take it, which is %q; none has started or ended anything in the %s that it waits",
			version, f.since(f.waitingSince()))
		r.Command = command("move", f.workflow.ID, "--to-version", other.version)
	}
	return r
}

// wantedVersion is the version whose executors may take the workflow: its own, or the latest.
func (f *facts) wantedVersion() string {
	if f.workflow.ApplicationVersion == "" && len(f.versions) > 0 {
		return f.versions[0].Name
	}
	return f.workflow.ApplicationVersion
}

// limitsUnknown holds for a queue that an application declares in code, if others work and the
// workflow is not taken.
func limitsUnknown(f *facts) *Reason {
	if f.queue != nil || f.workflow.QueueName == InternalQueueName || f.now.Sub(f.waitingSince()) < usualWait {
		return nil
	}
	return &Reason{Cause: CauseLimitsUnknown,
		Text: fmt.Sprintf("executors work, and %d workflows of queue %q run; its limits are in the application's code, where no table shows them",
			f.total(), f.workflow.QueueName),
		Evidence: []string{"running: " + firstNames(f.holders)}}
}

func takenSoon(f *facts) *Reason {
	return &Reason{Cause: CauseWaiting, Text: fmt.Sprintf("nothing keeps it: it has waited on queue %q for %s, and an executor takes it at its next look",
		f.workflow.QueueName, f.since(f.waitingSince()))}
}

func delayed(f *facts) *Reason {
	wf := f.workflow
	text := fmt.Sprintf("it is delayed for another %s, until %s", span(wf.DelayUntil.Sub(f.now)), clock(wf.DelayUntil))
	if wf.IsDebounced {
		text += "; a debouncer may delay it further"
		if !wf.DebounceDeadline.IsZero() {
			text += ", until " + clock(wf.DebounceDeadline) + " at most"
		}
	}
	return &Reason{Cause: CauseDelayed, Text: text, Command: script("dbos.set_workflow_delay(%s, {delay_until = time.now()})", wf.ID)}
}

// overdueDelay holds if the delay is over, and no executor has put the workflow on its queue.
func overdueDelay(f *facts) *Reason {
	wf := f.workflow
	if f.now.Sub(wf.DelayUntil) < usualWait || wf.HeldFrom != "" {
		return nil
	}
	last := f.lastOf("")
	evidence := "no executor is seen among the newest workflows"
	if last.id != "" {
		evidence = fmt.Sprintf("executor %q was last seen %s ago", last.id, f.since(last.at))
	}
	return &Reason{Cause: CauseNoExecutor, Evidence: []string{evidence},
		Text: fmt.Sprintf("its delay ended %s ago, and no executor has put it on queue %q since: start the application", f.since(wf.DelayUntil), cmp.Or(wf.QueueName, InternalQueueName))}
}

// firstNames returns the first few names, quoted.
func firstNames(names []string) string {
	quoted := column(names[:min(len(names), maxHolders)], func(name string) string { return fmt.Sprintf("%q", name) })
	return strings.Join(quoted, ", ") + more(int64(len(names)-len(quoted)))
}

func more(count int64) string {
	if count <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", count)
}
