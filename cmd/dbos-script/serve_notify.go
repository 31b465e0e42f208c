package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// A notifier tells systemd when the server is ready, alive and stopping, if systemd started it with
// Type=notify, and passes all events on.
type notifier struct {
	schedule.Reporter
	log      *slog.Logger
	now      func() time.Time
	watchdog time.Duration // within which systemd wants a sign of life; 0 if it wants none
	sent     time.Time     // the last sign
	ready    bool
	silent   bool // a message failed, and the log has said so
}

func newNotifier(to schedule.Reporter, log *slog.Logger, now func() time.Time) *notifier {
	watchdog, err := daemon.SdWatchdogEnabled(false)
	switch {
	case err != nil:
		log.Warn("the watchdog of systemd is left alone", "error", err)
	case watchdog > 0 && watchdog < 2*lookEvery:
		log.Warn("WatchdogSec is so short that systemd will end a healthy server", "watchdog", watchdog, "least", 2*lookEvery)
	}
	return &notifier{Reporter: to, log: log, now: now, watchdog: watchdog}
}

// Looked is called at least every two seconds, as long as the loop of the server works.
func (n *notifier) Looked() {
	n.Reporter.Looked()
	if !n.ready {
		n.ready = true
		n.send(daemon.SdNotifyReady + "\nSTATUS=the schedules are loaded")
	}
	n.alive()
}

// Lost is called instead of Looked while the folder cannot be read. That does not end the server.
func (n *notifier) Lost(err error) {
	n.Reporter.Lost(err)
	n.alive()
}

func (n *notifier) alive() {
	if now := n.now(); n.watchdog > 0 && now.Sub(n.sent) >= n.watchdog/4 {
		n.sent = now
		n.send(daemon.SdNotifyWatchdog)
	}
}

func (n *notifier) Ending(running int, grace time.Duration) {
	n.Reporter.Ending(running, grace)
	n.send(fmt.Sprintf("%s\nSTATUS=waiting for %s to end", daemon.SdNotifyStopping, countOf(running, "run")))
}

// send does nothing if systemd did not ask for messages.
func (n *notifier) send(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil && !n.silent {
		n.silent = true
		n.log.Warn("systemd does not take messages", "error", err)
	}
}
