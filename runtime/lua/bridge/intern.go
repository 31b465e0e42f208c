package bridge

import (
	"math/big"
	"weak"

	lua "github.com/yuin/gopher-lua"
)

// minInterned is the number of integers below which the table of integers is not swept.
const minInterned = 1024

// integers keeps one object for each exact integer that a script holds, so that equal ones are
// one key of a table. It does not keep them alive.
type integers struct {
	objects map[string]weak.Pointer[lua.LUserData]
	sweepAt int
}

func (n *integers) get(i *big.Int, create func() *lua.LUserData) *lua.LUserData {
	key := string(i.Append(nil, 62))
	if object := n.objects[key].Value(); object != nil {
		return object
	}
	if n.objects == nil {
		n.objects, n.sweepAt = map[string]weak.Pointer[lua.LUserData]{}, minInterned
	}
	if len(n.objects) >= n.sweepAt {
		n.sweep()
	}
	object := create()
	n.objects[key] = weak.Make(object)
	return object
}

// sweep forgets the integers that nothing holds any more.
func (n *integers) sweep() {
	for key, object := range n.objects {
		if object.Value() == nil {
			delete(n.objects, key)
		}
	}
	n.sweepAt = max(2*len(n.objects), minInterned)
}

// exactInteger wraps an integer beyond 2^53, which must not be changed any more.
func (x *Exposer) exactInteger(i *big.Int) lua.LValue {
	return x.integers.get(i, func() *lua.LUserData { return builtin[bigValue](x, i) })
}
