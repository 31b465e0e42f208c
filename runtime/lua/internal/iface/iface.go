// Package iface makes Lua values that point into memory of the caller. Go allocates each number and
// text by itself when it becomes an interface; the VM and the bridge allocate many at once instead.
package iface

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// words is the layout of an interface in Go.
type words struct{ kind, data unsafe.Pointer }

// A Kind is the first word of a value, which Go compares to find its type.
type Kind unsafe.Pointer

// KindOf returns the kind of a value, which all values of its type have.
func KindOf(value lua.LValue) Kind { return Kind((*words)(unsafe.Pointer(&value)).kind) }

// Pointing returns a value without a copy of the data. The data must be of the type that the kind
// belongs to, and must not change any more.
func Pointing(kind Kind, data unsafe.Pointer) (value lua.LValue) {
	*(*words)(unsafe.Pointer(&value)) = words{unsafe.Pointer(kind), data}
	return value
}

// DataAt returns the pointer that the interface at an address holds.
func DataAt(address unsafe.Pointer) unsafe.Pointer { return (*words)(address).data }
