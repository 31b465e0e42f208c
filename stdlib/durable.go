package stdlib

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func durableModule(host Host) declare.Module {
	approvals := 0
	return declare.Module{
		Name:    "durable",
		Section: declare.ScriptSection,
		Doc: "What a run that is recorded can do as a workflow: wait over a restart, get messages, publish values, ask for an approval. " +
			"`dbos-script run FILE --durable` begins such a run.",
		Guesses: map[string]string{"receive": "recv", "wait": "sleep", "publish": "set_event", "approve": "approval", "patched": "patch"},
		Classes: []*declare.Class{declare.RecordOf[Approval]("approval", "The answer to durable.approval.")},
		Funcs: []declare.Func{
			durableSleep(host), durableRecv(host), durableSetEvent(host), durableWriteStream(host), durablePatch(host), durableApproval(host, &approvals),
		},
	}
}

// A notDurableError is the error of a call that only a durable run can make.
type notDurableError struct{ function string }

func (e *notDurableError) Error() string {
	return e.function + ": only a durable run is a workflow, and this one is none"
}
func (e *notDurableError) ErrorCode() string { return "Unsupported" }
func (e *notDurableError) ErrorHint() string { return "begin the run with --durable" }

// durably returns the steps of the run, or an error if it is not durable.
func (h Host) durably(function string) (Durable, error) {
	if h.Durable == nil {
		return nil, &notDurableError{function}
	}
	return h.Durable, nil
}

// plansDurable returns true in a dry run of a script that would be durable.
func (h Host) plansDurable() bool { return h.Durable == nil && h.DryFiles != nil }

func durableSleep(host Host) declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"How long." min:"0"`
	}
	return declare.Do("sleep", "Waits, also over a restart: a run that goes on waits only for the rest.",
		func(ctx context.Context, a args) error { return host.sleep(ctx, a.Duration) }).Reads().RecordsItself().
		Notes("`time.sleep` does the same in a durable run. In any other run this is `time.sleep`.").
		Example(`durable.sleep("10ms")`)
}

func durableRecv(host Host) declare.Func {
	type args struct {
		Topic   string        `arg:"topic" doc:"The topic of the message; an empty text for messages without one."`
		Timeout time.Duration `arg:"timeout" doc:"How long to wait for one." min:"0"`
	}
	return declare.Fn("recv", "Returns the oldest message that was sent to the run and that it has not received, and waits for one if there is none.",
		func(ctx context.Context, a args) (any, error) {
			d, err := host.durably("durable.recv")
			if err != nil {
				return nil, err
			}
			return d.Recv(ctx, a.Topic, a.Timeout)
		}).Changes().RecordsItself().
		Returning("the message").
		Raises(declare.CodeTimeout, "Unsupported").
		Notes("Applications and operators send with `dbos.send` or `dbos-script send`; the destination is the id of the run. The " +
			"message is received in the transaction that records the step: no other call gets it, and none is lost. If the " +
			"process ends while it waits, a run that goes on waits only for the rest. After the timeout it raises `Timeout`.").
		Example("local ok, answer = pcall(durable.recv, \"answers\", \"10ms\")\nif not ok then print(answer.code) end")
}

func durableSetEvent(host Host) declare.Func {
	type args struct {
		Key   string `arg:"key" doc:"The key." nonempty:"true"`
		Value any    `arg:"value" doc:"The value: JSON data. A later value of the key replaces it."`
	}
	return declare.Do("set_event", "Publishes a value under a key of the run.",
		func(ctx context.Context, a args) error {
			if host.plansDurable() {
				return nil
			}
			d, err := host.durably("durable.set_event")
			if err != nil {
				return err
			}
			return d.SetEvent(ctx, a.Key, a.Value)
		}).Changes().RecordsItself().
		Raises("Unsupported").
		Notes("`dbos.get_event` reads it, and waits for it, by the id of the run. It is published in the transaction that records the step.").
		Example("pcall(durable.set_event, \"progress\", {done = 3, of = 10})")
}

func durableWriteStream(host Host) declare.Func {
	type args struct {
		Key   string `arg:"key" doc:"The key of the stream." nonempty:"true"`
		Value any    `arg:"value" doc:"The value to append: JSON data."`
	}
	return declare.Do("write_stream", "Appends a value to a stream of the run.",
		func(ctx context.Context, a args) error {
			if host.plansDurable() {
				return nil
			}
			d, err := host.durably("durable.write_stream")
			if err != nil {
				return err
			}
			return d.WriteStream(ctx, a.Key, a.Value)
		}).Changes().RecordsItself().
		Raises("Unsupported").
		Notes("`dbos.read_stream` reads it. It is appended in the transaction that records the step, so once.").
		Example("pcall(durable.write_stream, \"log\", \"the first batch is done\")")
}

func durablePatch(host Host) declare.Func {
	type args struct {
		Name string `arg:"name" doc:"The name of the change, which stays the same for good." nonempty:"true"`
	}
	return declare.Fn("patch", "Tells a changed script whether a run began before the change.",
		func(ctx context.Context, a args) (bool, error) {
			if host.Durable == nil {
				return true, nil
			}
			return host.Durable.Patch(ctx, a.Name)
		}).Reads().RecordsItself().
		Returning("true if the run has not been here before the change: it does the new. false if an earlier process has gone on from here without the change: it does as before").
		Notes("A run goes on with the text that it began with, so a script needs this only if its runs are started again from a " +
			"recorded step with another text, as a fork of the run does. The answer is recorded as the SDKs of DBOS record it. In a " +
			"run that is not durable it is true.").
		Example("if durable.patch(\"two queues\") then\n  print(\"the new way\")\nelse\n  print(\"the old way\")\nend")
}
