package luaonly

import (
	"context"
	"fmt"
	"io"
	"testing"
)

// A Unit is the cost of executing one piece of a script once.
type Unit struct {
	Name        string  `json:"name"`
	Nanoseconds float64 `json:"nanoseconds"`
	Bytes       float64 `json:"bytes"`
	Allocations float64 `json:"allocations"`
}

// A piece is Lua code whose cost is measured: the time of a loop with it, less that of an empty
// loop.
type piece struct {
	name string
	// setup is the code before the loop, body the code in it.
	setup, body string
}

// pieces returns the pieces. Their JSON value is the input of a workflow of the fake client.
func pieces() []piece {
	const input = `{order = 1, customer = "ann@example.org", items = {1, 2, 3}}`
	return []piece{
		{"a field read, plain", `local wf = dbos.list_workflows{limit = 1}[1]`, `local x = wf.id`},
		{"a field read, a time", `local wf = dbos.list_workflows{limit = 1}[1]`, `local x = wf.created_at`},
		{"a JSON value decoded (350 bytes)", `local text = json.encode(dbos.list_workflows{limit = 1}[1].input)`, `local x = json.decode(text)`},
		{"a JSON value encoded (350 bytes)", `local value = dbos.list_workflows{limit = 1}[1].input`, `local x = json.encode(value)`},
		{"a call: cancel_workflow(id)", ``, `dbos.cancel_workflow("w")`},
		{"a call: send(id, value, topic)", ``, `dbos.send("w", {number = i, text = "the parcel"}, "news")`},
		{"a call: enqueue(queue, name, portable_args)", ``, `dbos.enqueue("q", "w", dbos.portable_args {positional = {` + input + `}})`},
		{"a call with options: resume_workflow(id, {queue_name})", ``, `dbos.resume_workflow("w", {queue_name = "slow"})`},
	}
}

// Units measures the pieces.
func Units() ([]Unit, error) {
	walk, err := walked()
	if err != nil {
		return nil, err
	}
	units := []Unit{walk}
	for _, p := range pieces() {
		u, err := p.measure()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		units = append(units, u)
	}
	return units, nil
}

// measure returns the cost of one execution of the body. An empty loop allocates nothing, so only
// its time is subtracted.
func (p piece) measure() (Unit, error) {
	loop := func(body string) string {
		return p.setup + "\nfunction work(n) for i = 1, n do " + body + " end end"
	}
	empty, err := benchmark(loop(""))
	if err != nil {
		return Unit{}, err
	}
	full, err := benchmark(loop(p.body))
	full.Nanoseconds -= empty.Nanoseconds
	full.Name = p.name
	return full, err
}

// walked measures one record of a walk, with a read of two fields. It is no piece, because the walk
// is the loop itself.
func walked() (Unit, error) {
	u, err := benchmark(`function work(n) for wf in dbos.workflows{limit = n, load_input = true} do local a, b = wf.id, wf.status end end`)
	u.Name = "a record walked, two fields read"
	return u, err
}

// benchmark returns the cost of one repetition. source declares a function work(n), which repeats
// its work n times.
func benchmark(source string) (Unit, error) {
	r, err := newRun(context.Background(), newFakeClient(nil), "=bench", nil, io.Discard)
	if err != nil {
		return Unit{}, err
	}
	defer r.Close()
	call, err := workFunction(r, source)
	if err != nil {
		return Unit{}, err
	}
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		if failed := call(b.N); failed != nil {
			err = failed
		}
	})
	n := float64(result.N)
	return Unit{Nanoseconds: float64(result.T.Nanoseconds()) / n, Bytes: float64(result.MemBytes) / n, Allocations: float64(result.MemAllocs) / n}, err
}
