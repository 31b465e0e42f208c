package query

import (
	"reflect"
	"slices"
)

// SingleValues has a bit for each list of a text, in their order, that is set if the list has one
// value. Lists after the 64th count as longer.
type SingleValues uint64

// SingleValues returns the bits for the lists among the arguments.
func (c Compiled) SingleValues(args Args) SingleValues {
	var singles SingleValues
	for i, list := range c.lists {
		if hasOne(args[list]) {
			singles |= 1 << i
		}
	}
	return singles
}

// HasLongList returns true if any list among the arguments does not have exactly one value.
func (c Compiled) HasLongList(singles SingleValues) bool {
	return len(c.lists) > 0 && singles != 1<<min(len(c.lists), 64)-1
}

func hasOne(list any) bool {
	switch values := list.(type) {
	case []string:
		return len(values) == 1
	case []*string:
		return len(values) == 1
	case []int64:
		return len(values) == 1
	}
	return isList(list) && reflect.ValueOf(list).Len() == 1
}

// isSingle returns true if a list has one value. It assigns a bit to the list at first use.
func (c *compiler) isSingle(list string) bool {
	bit := slices.Index(c.lists, list)
	if bit < 0 {
		bit = len(c.lists)
		c.lists = append(c.lists, list)
	}
	return c.singles&(1<<bit) != 0
}

// first is the only value of a list.
func first(list any) any { return reflect.ValueOf(list).Index(0).Interface() }
