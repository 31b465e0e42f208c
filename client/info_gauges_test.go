package client

import "testing"

func TestOrphansAreOpenOnDeadExecutors(t *testing.T) {
	t.Parallel()
	executors := []ExecutorInfo{{Verdict: ExecutorDead, Open: 3}, {Verdict: ExecutorSilent, Open: 5}, {Verdict: ExecutorDead, Open: 4}, {Verdict: ExecutorAlive, Open: 7}}
	if got := openOnDead(executors); got != 7 {
		t.Errorf("%d orphans, want 7", got)
	}
}
