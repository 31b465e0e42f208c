package stdlib

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A WorkflowPlan is a workflow that a script declares.
type WorkflowPlan struct {
	Name                string        `json:"name" doc:"The workflow name, with which applications enqueue it." required:"true" nonempty:"true"`
	Queue               string        `json:"queue" doc:"The queue on which it waits. It is made if it does not exist, and belongs to the application dbos-script." required:"true" nonempty:"true"`
	MaxRecoveryAttempts int           `json:"max_recovery_attempts" doc:"How often it is started again after its process died, before it becomes a dead letter." default:"100" min:"1"`
	Concurrency         int           `json:"concurrency" doc:"How many workflows of the queue run at once, on all servers together; any number when not given." min:"1"`
	WorkerConcurrency   int           `json:"worker_concurrency" doc:"How many workflows of the queue one server runs at once; any number when not given." min:"1"`
	RateLimit           *WorkflowRate `json:"rate_limit" doc:"How many workflows of the queue may start in a period."`
}

// A WorkflowRate is how many workflows may start in a period.
type WorkflowRate struct {
	Limit  int           `json:"limit" doc:"How many may start." required:"true" min:"1"`
	Period time.Duration `json:"period" doc:"The period." required:"true"`
}

// Check returns an error that names the option that is wrong.
func (p WorkflowPlan) Check() error {
	if r := p.RateLimit; r != nil && r.Period <= 0 {
		return declare.BadArgument("rate_limit.period", "it must be longer than 0, got %s", r.Period)
	}
	return nil
}

// A WorkflowCall is a workflow that an application has enqueued.
type WorkflowCall struct {
	ID         string
	Positional []any
	Named      map[string]any
}

// input returns the first argument, or the named ones if there is no other.
func (c *WorkflowCall) input() any {
	switch {
	case c == nil:
		return nil
	case len(c.Positional) > 0:
		return c.Positional[0]
	case len(c.Named) > 0:
		return c.Named
	}
	return nil
}

// Words returns the fields of the input as words of a command line, if it is a table whose values
// are texts, numbers, booleans and lists of such. Any other input has none.
func (c *WorkflowCall) Words() []string {
	words := []string{}
	fields, _ := c.input().(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		word, ok := parameterWord(name, fields[name])
		if !ok {
			return []string{}
		}
		words = append(words, word)
	}
	return words
}

// parameterWord returns the word that sets a parameter to a value, and false if there is none.
func parameterWord(name string, value any) (string, bool) {
	flag := strings.ReplaceAll(name, "_", "-")
	if on, ok := value.(bool); ok {
		if !on {
			flag = "no-" + flag
		}
		return "--" + flag, true
	}
	text, ok := wordOf(value)
	return "--" + flag + "=" + text, ok
}

func wordOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case int64, *big.Int, json.Number:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			part, ok := wordOf(item)
			if !ok {
				return "", false
			}
			parts[i] = part
		}
		return strings.Join(parts, ","), true
	}
	return "", false
}

func workflowModule(host Host) declare.Module {
	return declare.Module{
		Name:    "workflow",
		Section: declare.ScriptSection,
		Doc: "Makes the script a workflow that applications enqueue, wait for, cancel and send to, whatever SDK they have. " +
			"`dbos-script serve --durable` executes it. What the script returns is the output of the workflow.",
		Guesses: map[string]string{"register": "declare", "args": "arguments", "params": "input", "workflow_id": "id"},
		Classes: []*declare.Class{declare.RecordOf[workflowArguments]("workflow_arguments", "The arguments of a workflow.")},
		Funcs:   []declare.Func{workflowDeclare(host), workflowInput(host), workflowArgs(host), workflowID(host)},
	}
}

func workflowDeclare(host Host) declare.Func {
	return declare.Do("declare", "Declares that applications can start the script as a workflow.",
		func(_ context.Context, p WorkflowPlan) error {
			err := p.Check()
			if err == nil && host.DeclaredWorkflow != nil {
				host.DeclaredWorkflow(p)
			}
			return err
		}).Pure().
		Raises(declare.CodeInvalidArgument).
		Notes("`serve --durable` reads the declaration without running the script: the call stands by itself at the top level, and its values " +
			"are constants. An application enqueues the workflow by its name on the queue, in portable JSON, with the application name " +
			"`dbos-script` where its SDK can say one. The run is a durable one, as with `run --durable`: its calls are steps, and another server " +
			"goes on with it after a crash. A run goes on with the text of the script with which it began. " +
			"If the input is a table, its fields are the parameters of `args.declare` too. An error of the script is the error of the workflow, " +
			"with the error code as its name. Two scripts that declare the same queue need the same limits. If you run the script by hand, this does nothing.").
		Example(`workflow.declare{name = "requeue_storm", queue = "ops", concurrency = 1, max_recovery_attempts = 20}`)
}

func workflowInput(host Host) declare.Func {
	return declare.Fn("input", "Returns the input of the workflow.",
		func(context.Context, declare.None) (any, error) { return host.Workflow.input(), nil }).Reads().RecordsItself().
		Returning("the first argument; if there are only named ones, a table of them; nil if there is none, and if the script was started in another way").
		Example("local order = workflow.input() or {id = \"order-1\"}\nprint(order.id)")
}

type workflowArguments struct {
	Positional []any          `json:"positional" doc:"The positional arguments."`
	Named      map[string]any `json:"named" doc:"The named arguments."`
}

func workflowArgs(host Host) declare.Func {
	return declare.Fn("arguments", "Returns all arguments of the workflow.",
		func(context.Context, declare.None) (workflowArguments, error) {
			all := workflowArguments{Positional: []any{}, Named: map[string]any{}}
			if c := host.Workflow; c != nil {
				all.Positional, all.Named = append(all.Positional, c.Positional...), c.Named
			}
			return all, nil
		}).Reads().RecordsItself().
		Returning("the arguments; two empty tables if the script was started in another way").
		Example("print(#workflow.arguments().positional)")
}

func workflowID(host Host) declare.Func {
	return declare.Fn("id", "Returns the id of the workflow.",
		func(context.Context, declare.None) (*string, error) {
			if host.Workflow == nil {
				return nil, nil
			}
			return &host.Workflow.ID, nil
		}).Reads().RecordsItself().
		Returning("the id, or nil if the script was started in another way").
		Example("print(workflow.id())")
}
