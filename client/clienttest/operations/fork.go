package operations

import "github.com/dbos-script/dbos-script/client"

func forking() []Operation {
	return []Operation{
		{Method: "ForkWorkflow", Changes: true, Trips: 1, Call: one(func(c client.Client, id string) error {
			return failed(c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: id}))
		}), Mistakes: []Mistake{
			{"no original and a taken id", func(c client.Client) error {
				return failed(c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "none", ForkedWorkflowID: "w0"}))
			}},
			{"no original and an unknown version", func(c client.Client) error {
				return failed(c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "none", ApplicationVersion: "v9"}))
			}},
		}},
		{Method: "ForkWorkflows", Changes: true, Trips: 1, GoOnly: lists, Call: func(c client.Client, ids []string) error {
			return failed(c.ForkWorkflows(forksOf(ids)))
		}, Mistakes: []Mistake{
			{"a taken id before a missing original", forks("w0", "w1", "none", "new")},
			{"two missing originals", forks("w0", "new", "z", "new1", "a", "new2")},
			{"two taken ids", forks("w0", "new", "w0", "w1", "w0", "stranger")},
			{"an id twice and a taken one", forks("w0", "new", "w0", "w1", "w0", "new")},
		}},
		{Method: "ForkAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.ForkAll(forksOf(ids)))
		}, Mistakes: []Mistake{{"a missing original and an unknown step", func(c client.Client) error {
			return failed(c.ForkAll([]client.ForkWorkflowInput{
				{OriginalWorkflowID: "none"}, {OriginalWorkflowID: "w0", StartStepName: "charge"},
			}))
		}}, {"two taken ids", func(c client.Client) error {
			return failed(c.ForkAll([]client.ForkWorkflowInput{
				{OriginalWorkflowID: "w0", ForkedWorkflowID: "w1"}, {OriginalWorkflowID: "w0", ForkedWorkflowID: "stranger"},
			}))
		}}}},
	}
}

func forksOf(originals []string) []client.ForkWorkflowInput {
	inputs := make([]client.ForkWorkflowInput, len(originals))
	for i, id := range originals {
		inputs[i].OriginalWorkflowID = id
	}
	return inputs
}

// forks returns a call with pairs of an original and the id of its fork.
func forks(pairs ...string) func(client.Client) error {
	return func(c client.Client) error {
		var inputs []client.ForkWorkflowInput
		for i := 0; i < len(pairs); i += 2 {
			inputs = append(inputs, client.ForkWorkflowInput{OriginalWorkflowID: pairs[i], ForkedWorkflowID: pairs[i+1]})
		}
		return failed(c.ForkWorkflows(inputs))
	}
}
