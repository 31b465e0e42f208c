package params

import (
	"encoding/json"
	"errors"
	"strings"
)

// standardInput is the word of a positional list in whose place the lines of standard input come.
const standardInput = "-"

// readItems returns the items on standard input: one in each line, of a line that is a JSON object
// its id, as `dbos-script list` writes it into a pipe.
func (s *Set) readItems() ([]string, error) {
	if s.Stdin == nil {
		return nil, mistake("- reads standard input, and there is none for the parameters of the script")
	}
	text, err := s.Stdin()
	if err != nil {
		return nil, err
	}
	var items []string
	for number, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "{"):
			id, err := idOf(line)
			if err != nil {
				return nil, mistake("line %d of standard input: %v", number+1, err)
			}
			items = append(items, id)
		default:
			items = append(items, line)
		}
	}
	return items, nil
}

var errNoID = errors.New("it is JSON, and has no id: write one id in a line, or objects with \"id\" or \"workflow_id\"")

func idOf(line string) (string, error) {
	var row struct {
		ID         string `json:"id"`
		WorkflowID string `json:"workflow_id"`
	}
	if err := json.Unmarshal([]byte(line), &row); err != nil {
		return "", errNoID
	}
	for _, id := range []string{row.ID, row.WorkflowID} {
		if id != "" {
			return id, nil
		}
	}
	return "", errNoID
}
