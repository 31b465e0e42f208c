package query

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A TextError says which argument is no text that every database stores, or is empty where an id
// is meant.
type TextError struct {
	Name    string // of the argument, as callers know it
	At      int    // its place in a list, from 1; 0 where it is alone
	Problem string
}

func (e *TextError) Error() string {
	if e.At > 0 {
		return fmt.Sprintf("%s at %d %s", e.Name, e.At, e.Problem)
	}
	return e.Name + " " + e.Problem
}

// A textRule is how the arguments of one name are checked.
type textRule struct {
	name  string // as callers know it
	id    bool   // it may not be empty
	value bool   // it is an encoded value, in which every text is escaped
}

// ruleOf returns the rule for a parameter; parameters that it does not know are checked under
// their own name.
func ruleOf(parameter string) textRule {
	if option := filterOption(parameter); option != "" {
		return textRule{name: option}
	}
	switch parameter {
	case "id", "ids", "named":
		return textRule{name: "workflow_id", id: true}
	case "originals":
		return textRule{name: "original_workflow_id", id: true}
	case "destinations", "roots":
		return textRule{name: "destination_id", id: true}
	case "dedup", "dedups":
		return textRule{name: "deduplication_id", id: true}
	case "topics":
		return textRule{name: "topic"}
	case "queue", "queues":
		return textRule{name: "queue_name"}
	case "names":
		return textRule{name: "schedule_name"}
	case "workflow", "workflows":
		return textRule{name: "workflow_name"}
	case "class", "classes":
		return textRule{name: "class_name"}
	case "config":
		return textRule{name: "config_name"}
	case "version", "versions":
		return textRule{name: "application_version"}
	case "partition", "partitions":
		return textRule{name: "queue_partition_key"}
	case "inputs", "input", "messages", "contexts", "pickles", "attributes", "roles":
		return textRule{value: true}
	}
	return textRule{name: parameter}
}

// filterOption returns the option of a list whose texts a parameter holds, because the parameters
// of a filter are called like the columns, or "" for any other parameter.
func filterOption(parameter string) string {
	if strings.HasPrefix(parameter, "prefix_") || strings.HasPrefix(parameter, "beyond_") {
		return "workflow_id_prefix"
	}
	column, isList := strings.CutSuffix(parameter, "_list")
	switch column {
	case "workflow_uuid":
		return "workflow_ids"
	case "prefixes":
		return "workflow_id_prefix"
	case "application_version":
		return "app_version"
	case "authenticated_user":
		return "user"
	case "executor_id":
		return "executor_ids"
	}
	if isList {
		return column
	}
	return ""
}

// Check returns a *TextError for the first text among the arguments that is not valid UTF-8,
// contains a NUL, or is an empty id. PostgreSQL refuses the first two, and SQLite would store
// them cut or unreadable. Of several mistakes it is the one of the first parameter by name, so
// that it is the same in every run.
func (a Args) Check() (failed error) {
	first := ""
	for parameter, value := range a {
		rule := ruleOf(parameter)
		if rule.value || failed != nil && parameter > first {
			continue
		}
		if err := rule.check(value); err != nil {
			first, failed = parameter, err
		}
	}
	return failed
}

func (r textRule) check(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return r.text(v, 0)
	case *string:
		return r.pointer(v, 0)
	case []string:
		if len(v) == 1 {
			return r.text(v[0], 0)
		}
		for i := range v {
			if err := r.text(v[i], i+1); err != nil {
				return err
			}
		}
	case []*string:
		if len(v) == 1 {
			return r.pointer(v[0], 0)
		}
		for i := range v {
			if err := r.pointer(v[i], i+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r textRule) pointer(text *string, at int) error {
	if text == nil {
		return nil
	}
	return r.text(*text, at)
}

func (r textRule) text(text string, at int) error {
	switch {
	case text == "" && r.id:
		return &TextError{r.name, at, "is empty"}
	case strings.IndexByte(text, 0) >= 0:
		return &TextError{r.name, at, "contains a NUL character"}
	case !utf8.ValidString(text):
		return &TextError{r.name, at, "is not valid UTF-8"}
	}
	return nil
}
