package vm

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// A Coverage counts how often the lines of scripts run. States may share one as long as they run
// one at a time.
type Coverage struct {
	files map[string]*fileCoverage
	proto *lua.FunctionProto // of the last instruction
	line  int                // of the last instruction
}

type fileCoverage struct {
	programs map[*lua.FunctionProto]bool // whose lines are known
	hits     map[int]int                 // by line; a line with code that never ran has none
}

// NewCoverage returns an empty Coverage.
func NewCoverage() *Coverage { return &Coverage{files: map[string]*fileCoverage{}} }

// A FileCoverage counts the lines of one source that ran.
type FileCoverage struct {
	Name  string // as in positions
	Lines []LineCoverage
}

// A LineCoverage is a line with code, and how often it was come to.
type LineCoverage struct{ Line, Hits int }

// Files are the sources that were run or required, by name, with their lines that have code.
func (c *Coverage) Files() []FileCoverage {
	var files []FileCoverage
	for name, file := range c.files {
		counted := FileCoverage{Name: name}
		for line, hits := range file.hits {
			counted.Lines = append(counted.Lines, LineCoverage{line, hits})
		}
		slices.SortFunc(counted.Lines, func(a, b LineCoverage) int { return a.Line - b.Line })
		files = append(files, counted)
	}
	slices.SortFunc(files, func(a, b FileCoverage) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// know takes note of the lines of a program that is about to run.
func (c *Coverage) know(program *Program) {
	if c == nil {
		return
	}
	file := c.files[program.name]
	if file == nil {
		file = &fileCoverage{programs: map[*lua.FunctionProto]bool{}, hits: map[int]int{}}
		c.files[program.name] = file
	}
	if !file.programs[program.proto] {
		file.programs[program.proto] = true
		file.lines(program.proto)
	}
}

// lines leaves out the last instruction of a function: the compiler adds it at the line of the
// end, and it does not run where the function returns by itself.
func (f *fileCoverage) lines(proto *lua.FunctionProto) {
	for _, line := range proto.DbgSourcePositions[:max(0, len(proto.DbgSourcePositions)-1)] {
		if _, known := f.hits[line]; !known && line > 0 {
			f.hits[line] = 0
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		f.lines(inner)
	}
}

// see counts the line of an instruction, once for each time that the run comes to it.
func (c *Coverage) see(frame *callFrame) {
	if frame == nil || frame.Fn.IsG {
		return
	}
	line := frame.line()
	if proto := frame.Fn.Proto; proto != c.proto || line != c.line {
		c.proto, c.line = proto, line
		if file := c.files[proto.SourceName]; file != nil {
			if hits, known := file.hits[line]; known {
				file.hits[line] = hits + 1
			}
		}
	}
}
