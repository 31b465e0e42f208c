package repl

import (
	"context"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// showOne writes a value: a record as a card, a list of records as a table, other tables with
// their content, and all else as tostring returns it.
func (s *Session) showOne(ctx context.Context, value lua.LValue) error {
	if rows := s.records(value); rows != nil {
		return s.Table(rows)
	}
	text, err := s.objects(ctx, value)
	if text == "" && err == nil {
		text, err = s.text(ctx, value)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, terminal.Text(text))
	return err
}

// objects is the text of an object of the host, or of a list of them; empty for other values.
func (s *Session) objects(ctx context.Context, value lua.LValue) (string, error) {
	switch v := value.(type) {
	case *lua.LUserData:
		return s.Objects(ctx, []declare.Raw{s.Exposer.Raw(v)})
	case *lua.LTable:
		for i := 1; i <= v.Len(); i++ {
			if v.RawGetInt(i).Type() != lua.LTUserData {
				return "", nil
			}
		}
		if v.Len() == 0 {
			return "", nil
		}
		if list, ok := s.Exposer.Raw(v).List(); ok {
			return s.Objects(ctx, list)
		}
	}
	return "", nil
}

// function is how a function is called.
func (s *Session) function(f *lua.LFunction) string {
	if topic, ok := s.Exposer.Describe(f); ok {
		return s.Function(topic)
	}
	return s.VM.Describe(f)
}

func (s *Session) text(ctx context.Context, value lua.LValue) (string, error) {
	if f, ok := value.(*lua.LFunction); ok {
		return s.function(f), nil
	}
	if s.isRecord(value) {
		if text, err := s.card(value); text != "" || err != nil {
			return text, err
		}
	}
	if value.Type() == lua.LTTable && s.VM.L().GetMetaField(value, "__tostring") == lua.LNil {
		return s.textBy(ctx, s.Dump, value)
	}
	return s.textBy(ctx, s.tostring, value)
}

// textBy runs a program under the limits of an input, as a value's own __tostring may do anything.
func (s *Session) textBy(ctx context.Context, program *vm.Program, value lua.LValue) (string, error) {
	results, err := s.VM.Run(ctx, program, value)
	if err != nil || len(results) == 0 {
		return "", err
	}
	return results[0].String(), nil
}

func (s *Session) card(value lua.LValue) (string, error) {
	data, err := s.Exposer.Raw(value).Shown()
	if err != nil {
		return "", err
	}
	members, _ := data.(declare.Members)
	return card(members, s.JSON)
}

// records returns the elements of a list if there is at least one and all are records.
func (s *Session) records(value lua.LValue) []declare.Raw {
	table, ok := value.(*lua.LTable)
	if !ok || table.Len() == 0 {
		return nil
	}
	for i := 1; i <= table.Len(); i++ {
		if !s.isRecord(table.RawGetInt(i)) {
			return nil
		}
	}
	rows, _ := s.Exposer.Raw(value).List()
	return rows
}

func (s *Session) isRecord(value lua.LValue) bool {
	if value.Type() != lua.LTUserData {
		return false
	}
	topic, _ := s.Exposer.Describe(value)
	class, ok := topic.Item.(*declare.Class)
	return ok && class.Record
}
