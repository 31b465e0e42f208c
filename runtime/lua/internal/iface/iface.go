// Package iface makes Lua values that point into memory of the caller. Go makes an allocation for
// each number or text that becomes an interface; with this package the VM and the bridge make one
// for many.
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

// Pointing returns a value of a kind that points to data, without a copy. data must point to the Go
// type of the kind, and what it points to must not change while the value is used.
func Pointing(kind Kind, data unsafe.Pointer) (value lua.LValue) {
	*(*words)(unsafe.Pointer(&value)) = words{unsafe.Pointer(kind), data}
	return value
}

// DataAt returns the data pointer of the interface that is stored at an address. The VM reads an
// unexported field of gopher-lua with it.
func DataAt(address unsafe.Pointer) unsafe.Pointer { return (*words)(address).data }
