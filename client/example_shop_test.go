package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A shop is the application of the examples, on an SQLite file of its own. It listens on the queue
// "payments" and has two workflows: "charge" returns a receipt, and fails for customers without
// money; "confirm" publishes the event "state" and waits for a message.
type shop struct {
	config client.ClientConfig
	folder string
	clock  *simulator.Clock
	app    *worker.Worker
}

func openShop() *shop {
	folder, err := os.MkdirTemp("", "example")
	must(err)
	s := &shop{folder: folder, clock: simulator.NewClock(time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC))}
	s.config = client.ClientConfig{
		DatabaseURL: "sqlite:" + filepath.Join(folder, "system.db"), Create: true, SDK: client.SDKGo,
		Clock: s.clock.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	c := s.connect()
	defer c.Shutdown(time.Second)
	s.app, err = worker.New(context.Background(), worker.Config{
		ClientConfig: s.config, Queues: []worker.Queue{{Name: "payments"}},
	})
	must(err)
	s.app.Register("charge", charge, worker.RegisterOptions{})
	s.app.Register("confirm", confirm, worker.RegisterOptions{})
	must(s.app.Launch(context.Background()))
	return s
}

func charge(r *worker.Run) (any, error) {
	order, _ := r.Input().(map[string]any)
	if _, err := r.Step("reserve", func() (any, error) { return "reserved", nil }); err != nil {
		return nil, err
	}
	return r.Step("pay", func() (any, error) {
		if order["customer"] == "poor" {
			return nil, errors.New("card declined")
		}
		return map[string]any{"paid": order["amount"]}, nil
	})
}

func confirm(r *worker.Run) (any, error) {
	if err := r.SetEvent("state", "waiting for the customer"); err != nil {
		return nil, err
	}
	return r.Recv("answer", time.Hour)
}

// connect returns a client of the shop's database.
func (s *shop) connect(changes ...func(*client.ClientConfig)) client.Client {
	config := s.config
	for _, change := range changes {
		change(&config)
	}
	c, err := client.NewClient(context.Background(), config)
	must(err)
	return c
}

// work lets the application run until nothing is left to do.
func (s *shop) work() { must(s.app.Drain(context.Background())) }

func (s *shop) close() {
	s.app.Close()
	must(os.RemoveAll(s.folder))
}

func must(err error) {
	if err != nil {
		log.Panic(err)
	}
}

// order starts the workflow "order-1", which has two charges as children on a queue that nobody
// takes from. It is on its way: it waits for a message.
func order(shop *shop, c client.Client) {
	shop.app.Register("order", func(r *worker.Run) (any, error) {
		for i := range 2 {
			if _, err := r.EnqueueChild("nobody", "charge", Order{"ada", i}); err != nil {
				return nil, err
			}
			if err := r.WriteStream("log", fmt.Sprint("line ", i+1)); err != nil {
				return nil, err
			}
		}
		if err := r.SetEvent("lines", 2); err != nil {
			return nil, err
		}
		return r.Recv("answer", time.Hour)
	}, worker.RegisterOptions{})
	_, err := c.Enqueue("payments", "order", nil, client.WithEnqueueWorkflowID("order-1"))
	must(err)
	shop.work()
}
