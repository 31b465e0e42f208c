// Package expression finds and replaces the matches of regular expressions.
package expression

import (
	"container/list"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"sync"
)

// maxKept bounds the expressions that a Cache holds.
const maxKept = 100

// A Cache keeps the compiled forms of the expressions that were used last. It is safe for
// concurrent use.
type Cache struct {
	mutex sync.Mutex
	found map[string]*list.Element
	order list.List // of *regexp.Regexp, the one used last in front
}

// Compile compiles an expression, once while it is in use. The error describes the mistake and
// its place.
func (c *Cache) Compile(pattern string) (*regexp.Regexp, error) {
	if kept := c.kept(pattern); kept != nil {
		return kept, nil
	}
	re, err := regexp.Compile(pattern) // without the mutex: the compiler cannot be interrupted, and others go on meanwhile
	if err != nil {
		return nil, worded(err)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if other, ok := c.found[pattern]; ok {
		return other.Value.(*regexp.Regexp), nil
	}
	if c.found == nil {
		c.found = map[string]*list.Element{}
	}
	c.found[pattern] = c.order.PushFront(re)
	if c.order.Len() > maxKept {
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
		return fmt.Errorf("%s is not in the syntax of RE2, which has no lookaround and no backreferences", mistake.Expr)
	}
	return fmt.Errorf("%s: %s", mistake.Code, mistake.Expr)
}

// kept returns an expression that is in use, nil if it is not.
func (c *Cache) kept(pattern string) *regexp.Regexp {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element, ok := c.found[pattern]
	if !ok {
		return nil
	}
	c.order.MoveToFront(element)
	return element.Value.(*regexp.Regexp)
}
