package check

import (
	"maps"
	"regexp"
	"slices"

	"github.com/yuin/gopher-lua/ast"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// Checker holds the names that scripts can use. It may be used by several goroutines at once.
type Checker struct {
	registry *declare.Registry
	replaced []string
	library  map[string][]string
	globals  map[string]bool
}

// New returns a checker of scripts for the declarations of a registry. A Lua function hides a
// module of the same name, unless replaced lists it.
func New(registry *declare.Registry, replaced ...string) *Checker {
	c := &Checker{registry: registry, replaced: replaced, library: vm.StandardLibrary(), globals: map[string]bool{}}
	for name := range c.library {
		c.globals[name] = true
	}
	for _, m := range registry.Modules() {
		if !m.Global {
			c.globals[m.Name] = true
			continue
		}
		for _, name := range m.Names() {
			c.globals[name] = true
		}
	}
	return c
}

// module returns the module that require loads without a file, or nil if there is none of that
// name.
func (c *Checker) module(name string) *declare.Module {
	if m := c.registry.Module(name); m != nil && !m.Global {
		return m
	}
	return nil
}

// function finds a function that is a global; nil when there is none.
func (c *Checker) function(name string) *declare.Func {
	for _, m := range c.registry.Modules() {
		for i := range m.Funcs {
			if m.Global && m.Funcs[i].Name == name {
				return &m.Funcs[i]
			}
		}
	}
	return nil
}

// modules are the names that require finds without a file.
func (c *Checker) modules() []string {
	var names []string
	for _, m := range c.registry.Modules() {
		if !m.Global {
			names = append(names, m.Name)
		}
	}
	return names
}

// Check returns the mistakes in a source in the order of lines, or nil if there are none. require
// looks for files in folders: the folder of a script, and the ones above it if the source may be
// a module of another script. A line with the comment "check: ignore" is left out.
func (c *Checker) Check(name, source string, folders ...string) []Finding {
	return reported(c.inspect(name, source, folders).findings)
}

// inspect reads a source and collects its mistakes and its acts.
func (c *Checker) inspect(name, source string, folders []string) *script {
	reading := syntax.Read(name, source)
	s := &script{Checker: c, reading: reading, file: name, folders: folders}
	for _, mistake := range reading.Mistakes {
		s.syntax(mistake)
	}
	if reading.Chunk != nil {
		s.names = resolve(reading)
		s.added = c.namesOfRequired(folders, s.names.required, map[string]bool{})
		s.undefined()
		s.infer()
		s.unused()
	}
	return s
}

// reported returns findings in the order of lines, without the ignored ones.
func reported(list []Finding) []Finding {
	sortFindings(list)
	return slices.DeleteFunc(list, func(f Finding) bool { return ignored.MatchString(f.Source) })
}

var ignored = regexp.MustCompile(`--.*\bcheck: *ignore\b`)

// script is one source under check.
type script struct {
	*Checker
	reading  *syntax.Reading
	file     string
	folders  []string // where require may look
	names    *names
	added    *requiredNames
	findings []Finding
	acts     []Finding      // calls that act outside of the database
	declares *ast.TableExpr // the argument of args.declare
}

func (s *script) syntax(m *syntax.Mistake) {
	s.findings = append(s.findings, Finding{
		File: s.file, Line: m.Line, Column: m.Column, Code: Syntax, Message: m.Message, Hint: m.Hint, Source: m.SourceLine,
	})
}

func (s *script) report(code Code, at syntax.Place, message string) *Finding {
	s.findings = append(s.findings, Finding{
		File: s.file, Line: at.Line, Column: at.Column, Code: code, Message: message, Source: s.reading.SourceLine(at.Line),
	})
	return &s.findings[len(s.findings)-1]
}

// unknown reports a name and suggests the nearest of the candidates.
func (s *script) unknown(code Code, at syntax.Place, message, name string, candidates []string) {
	f := s.report(code, at, message+declare.DidYouMean(name, candidates))
	f.Suggestion = declare.Suggest(name, candidates)
}

// undefined reports the globals that nothing defines.
func (s *script) undefined() {
	if s.names.dynamic || s.added.dynamic {
		return
	}
	for _, u := range s.names.unresolved {
		if s.knowsGlobal(u.name) {
			continue
		}
		message := "undefined global \"" + u.name + "\""
		if instead := vm.Instead(u.name); instead != "" {
			s.report(UndefinedGlobal, s.reading.Place(u.line), message).Hint = instead
			continue
		}
		visible := s.visible(u.scope)
		if declare.Suggest(u.name, visible) == "" {
			message += s.registry.Elsewhere(u.name)
		}
		s.unknown(UndefinedGlobal, s.reading.Place(u.line), message, u.name, visible)
	}
}

func (s *script) knowsGlobal(global string) bool {
	return s.globals[global] || s.names.globals[global] || s.added.globals[global]
}

// visible are the names that can stand where a scope ends.
func (s *script) visible(scope *scope) []string {
	names := slices.Concat(slices.Collect(maps.Keys(s.globals)), slices.Collect(maps.Keys(s.names.globals)), slices.Collect(maps.Keys(s.added.globals)))
	for ; scope != nil; scope = scope.outer {
		names = append(names, scope.local.name)
	}
	slices.Sort(names)
	return names
}

// unused reports locals that are never read. Placeholders are not reported: locals before one
// that is read, and names that begin with _.
func (s *script) unused() {
	for _, l := range s.names.locals {
		if l.reads > 0 || l.kind != variable || l.name[0] == '_' || l.placeholder {
			continue
		}
		message := "local \"" + l.name + "\" is never used"
		if l.writes > 0 {
			message = "local \"" + l.name + "\" is assigned, but never used"
		}
		s.report(UnusedLocal, s.reading.Name(l.line, l.name), message)
	}
}
