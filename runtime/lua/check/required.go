package check

import (
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// requiredNames holds the globals that required files set, because all files of a run share them.
type requiredNames struct {
	globals map[string]bool
	members map[string]bool // such as string.trim
	dynamic bool            // some name may be set that is not written in the source
}

// namesOfRequired reads the files of the required names, and the files that they require. A file
// that cannot be read adds nothing.
func (c *Checker) namesOfRequired(folders []string, names []string, seen map[string]bool) *requiredNames {
	o := &requiredNames{globals: map[string]bool{}, members: map[string]bool{}}
	for _, name := range names {
		if seen[name] || c.module(name) != nil {
			continue
		}
		seen[name] = true
		source, err := c.find(folders, name)
		if err != nil {
			continue
		}
		if reading := syntax.Read(name, source); reading.Chunk != nil {
			found := resolve(reading)
			o.add(found.globals, found.members, found.dynamic)
			inner := c.namesOfRequired(folders, found.required, seen)
			o.add(inner.globals, inner.members, inner.dynamic)
		}
	}
	return o
}

// find reads the file of a module in the first folder that has it. The error is that of the first
// folder.
func (c *Checker) find(folders []string, name string) (source string, err error) {
	_, source, err = vm.FindModule("", name, c.modules())
	for i, folder := range folders {
		_, found, failed := vm.FindModule(folder, name, c.modules())
		if failed == nil {
			return found, nil
		}
		if i == 0 {
			err = failed
		}
	}
	return source, err
}

// add adds the names that one file sets.
func (o *requiredNames) add(globals, members map[string]bool, dynamic bool) {
	for name := range globals {
		o.globals[name] = true
	}
	for name := range members {
		o.members[name] = true
	}
	o.dynamic = o.dynamic || dynamic
}
