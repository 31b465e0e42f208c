package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// A target is the queue, name, class and version of an enqueued workflow. If the database has never
// seen one of them, that is worth a warning, because such a workflow may never run.
type target struct {
	queue, name, class, version string
	keyed                       bool   // a partition key is given
	ownerWarning                string // or ""
	note                        string // a message that is no error of a strict client, or ""
}

// checkTarget looks up a target the first time it is used. If it is unknown, checkTarget returns
// InvalidOption if strict is true, and logs a warning otherwise.
func (c *systemClient) checkTarget(op string, t target, strict bool) error {
	return c.checkSeen(op, t, strict, &seenTargets{})
}

// checkSeen is checkTarget if k may hold the answer of a lookup.
func (c *systemClient) checkSeen(op string, t target, strict bool, k *seenTargets) error {
	if fine, checked := c.targets.Load(t); c.config.ReadOnly || checked && (fine.(bool) || !strict) {
		return nil
	}
	warnings, err := c.warnings(op, k, t, strict)
	if err != nil {
		return err
	}
	if t.ownerWarning != "" {
		warnings = append(warnings, t.ownerWarning)
	}
	if len(warnings) > 0 && strict {
		return invalid(op, "%s", strings.Join(warnings, "; "))
	}
	if _, twice := c.targets.LoadOrStore(t, len(warnings) == 0); !twice {
		if t.note != "" {
			warnings = append(warnings, t.note)
		}
		for _, warning := range warnings {
			c.warn(op, warning)
		}
	}
	return nil
}

// warn logs a warning of an operation under the name that reports use, such as "resume_workflow".
func (c *systemClient) warn(op, warning string) {
	c.config.Logger.Warn(strings.ReplaceAll(op, " ", "_") + ": " + warning)
}

// checkQueue is checkTarget for existing workflows whose queue changes. It ignores an empty queue.
func (c *systemClient) checkQueue(op, queue string, keyed bool) error {
	if queue == "" {
		return nil
	}
	return c.checkTarget(op, target{queue: queue, keyed: keyed}, c.config.Strict)
}

// warnings returns the problems of a target that the database shows. If it is strict, a target that
// is not among the newest workflows is looked for among all, because a refusal must be right.
func (c *systemClient) warnings(op string, k *seenTargets, t target, strict bool) ([]string, error) {
	if err := c.see(op, k, t, strict); err != nil {
		return nil, err
	}
	c.view.addPlannedQueues(k)
	return slices.Concat(k.queueWarnings(t), k.versionWarnings(t), k.nameWarnings(t)), nil
}

// queueWarnings returns a warning if the queue is unknown and others are known.
func (k *seenTargets) queueWarnings(t target) []string {
	if k.queues[t.queue] && !t.keyed {
		return []string{fmt.Sprintf("queue %q is partitioned, and a workflow without a queue_partition_key is never taken off it", t.queue)}
	}
	queues := k.appQueues()
	if k.knowsQueue(t) || len(queues) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("this database has seen no queue %q%s%s", t.queue, k.where(), nearest.Suggestion(t.queue, queues))}
}

func (k *seenTargets) versionWarnings(t target) []string {
	if t.version == "" || len(k.versions) == 0 || slices.Contains(k.versions, t.version) {
		return nil
	}
	return []string{fmt.Sprintf("no application has registered the version %q%s", t.version, nearest.Suggestion(t.version, k.versions))}
}

// nameWarnings returns a warning about the target's name or class, if it is not among the known
// ones. Only names that have run count or, if nothing has run yet, all names. An empty database
// warns of nothing.
func (k *seenTargets) nameWarnings(t target) []string {
	var names, classes []string
	for _, r := range k.registrations() {
		if names = append(names, r.name); r.name == t.name {
			classes = append(classes, r.class)
		}
	}
	classes = slices.Compact(slices.Sorted(slices.Values(classes)))
	switch {
	case k.knowsName(t) || len(names) == 0 || slices.Contains(classes, t.class):
		return nil
	case len(classes) == 0:
		return []string{fmt.Sprintf("this database has seen no workflow %q%s%s", t.name, k.where(), nearest.Suggestion(t.name, names))}
	}
	return []string{fmt.Sprintf("this database has seen workflow %q only %s%s", t.name, classList(classes), k.where())}
}

func classList(classes []string) string {
	var words []string
	for _, class := range classes {
		if class == "" {
			words = append(words, "without a class")
		} else {
			words = append(words, fmt.Sprintf("of class %q", class))
		}
	}
	return strings.Join(words, " and ")
}
