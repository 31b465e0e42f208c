package query

import (
	"reflect"
	"slices"
)

// Ones says which of a text's lists have one value, a bit for each in the order in which they
// come. Of more than 64 lists, the later ones are taken for longer ones.
type Ones uint64

// Ones looks at the lists among the arguments.
func (c Compiled) Ones(args Args) Ones {
	var ones Ones
	for i, list := range c.lists {
		if hasOne(args[list]) {
			ones |= 1 << i
		}
	}
	return ones
}

// Longer returns true if any list among the arguments does not have exactly one value.
func (c Compiled) Longer(ones Ones) bool {
	return len(c.lists) > 0 && ones != 1<<min(len(c.lists), 64)-1
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

// one returns true if a list has one value. It assigns a bit to the list at first use.
func (c *compiler) one(list string) bool {
	bit := slices.Index(c.lists, list)
	if bit < 0 {
		bit = len(c.lists)
		c.lists = append(c.lists, list)
	}
	return c.ones&(1<<bit) != 0
}

// first is the only value of a list.
func first(list any) any { return reflect.ValueOf(list).Index(0).Interface() }
