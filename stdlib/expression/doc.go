// Package expression finds and replaces what regular expressions match.
package expression

import (
	"container/list"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"
)

// mostKept bounds the expressions that a Cache holds.
const mostKept = 100

// A Cache keeps the compiled forms of the expressions that were used last. It is safe for concurrent use.
type Cache struct {
	mutex sync.Mutex
	found map[string]*list.Element
	order list.List // of *regexp.Regexp, the one used last in front
}

// Compile compiles an expression, once while it is in use. The error says what is wrong with it, and where.
func (c *Cache) Compile(pattern string) (*regexp.Regexp, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if kept, ok := c.found[pattern]; ok {
		c.order.MoveToFront(kept)
		return kept.Value.(*regexp.Regexp), nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, worded(err)
	}
	if c.found == nil {
		c.found = map[string]*list.Element{}
	}
	c.found[pattern] = c.order.PushFront(re)
	if c.order.Len() > mostKept {
		last := c.order.Remove(c.order.Back()).(*regexp.Regexp)
		delete(c.found, last.String())
	}
	return re, nil
}

func worded(err error) error {
	mistake, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return err
	}
	if mistake.Code == syntax.ErrInvalidPerlOp {
		return fmt.Errorf("%s is not in the syntax of RE2, which knows no lookaround and no references back", mistake.Expr)
	}
	return fmt.Errorf("%s: %s", mistake.Code, mistake.Expr)
}
