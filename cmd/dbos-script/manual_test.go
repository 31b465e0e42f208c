package main

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// TestEditorTypesNameEverything holds that the LuaCATS file has every function, option and field.
func TestEditorTypesNameEverything(t *testing.T) {
	t.Parallel()
	types, err := manual("luacats", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range declarations().Topics() {
		switch item := topic.Item.(type) {
		case *declare.Func:
			if !strings.Contains(types, item.Name+"(") {
				t.Errorf("%s has no types", topic.Name)
			}
			for _, key := range keys(item.Options()) {
				if !strings.Contains(types, "---@field "+key) {
					t.Errorf("option %s of %s has no types", key, topic.Name)
				}
			}
		case *declare.Field:
			if !strings.Contains(types, "---@field "+item.Name) {
				t.Errorf("%s has no types", topic.Name)
			}
		}
	}
}

func keys(table *declare.Table) []string {
	if table == nil {
		return nil
	}
	return table.Names()
}
