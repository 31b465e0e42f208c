package vm

import "sync"

// mostRecent is how many programs are kept: a few megabytes at most, because each is short.
const mostRecent = 32

// programs keeps the programs that were compiled last, because a server runs the same scripts again
// and again. The zero value is ready to use, also by several runs at once.
type programs struct {
	mutex sync.Mutex
	known map[[2]string]*recent // by name and source
	now   int64                 // counts the uses
}

// A recent is a program with the time of its last use.
type recent struct {
	program *Program
	used    int64
}

// compile returns the program of a source.
func (p *programs) compile(name, source string) (*Program, error) {
	key := [2]string{name, source}
	if known := p.use(key); known != nil {
		return known, nil
	}
	program, err := Compile(name, source)
	if err == nil {
		p.keep(key, program)
	}
	return program, err
}

// use returns a program that is kept, or nil.
func (p *programs) use(key [2]string) *Program {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	known := p.known[key]
	if known == nil {
		return nil
	}
	p.now++
	known.used = p.now
	return known.program
}

// keep keeps a program, in place of the one whose last use is the longest ago if there are many.
func (p *programs) keep(key [2]string, program *Program) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.known == nil {
		p.known = map[[2]string]*recent{}
	}
	if p.known[key] == nil && len(p.known) >= mostRecent {
		delete(p.known, p.oldest())
	}
	p.now++
	p.known[key] = &recent{program, p.now}
}

func (p *programs) oldest() (key [2]string) {
	least := p.now + 1
	for k, r := range p.known {
		if r.used < least {
			key, least = k, r.used
		}
	}
	return key
}

// compiled returns the programs that the runs of the process share, or a run alone has.
func (v *VM) compiled() *programs {
	if v.config.Neighbours != nil {
		return &v.config.Neighbours.programs
	}
	return &v.programs
}
