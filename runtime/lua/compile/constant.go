package compile

import (
	"math"
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// maxShortConstant is how many constants the operand of an instruction can name.
const maxShortConstant = 256

// constants are the constants of a function, each once. Numbers are told apart by their bits, so
// that 0 is not -0.
type constants struct {
	list    []lua.LValue
	strings []string // the strings of list, empty for others
	text    map[string]int
	number  map[uint64]int
}

func (k *constants) add(value lua.LValue) int {
	switch value := value.(type) {
	case lua.LString:
		return k.addString(string(value))
	case lua.LNumber:
		return k.addNumber(value)
	}
	for i, known := range k.list {
		if known == value {
			return i
		}
	}
	return k.append(value, "")
}

func (k *constants) addString(text string) int {
	if index, known := k.text[text]; known {
		return index
	}
	if k.text == nil {
		k.text = map[string]int{}
	}
	k.text[text] = k.append(lua.LString(text), text)
	return k.text[text]
}

func (k *constants) addNumber(number lua.LNumber) int {
	bits := math.Float64bits(float64(number))
	if index, known := k.number[bits]; known {
		return index
	}
	if k.number == nil {
		k.number = map[uint64]int{}
	}
	k.number[bits] = k.append(number, "")
	return k.number[bits]
}

func (k *constants) append(value lua.LValue, text string) int {
	k.list, k.strings = append(k.list, value), append(k.strings, text)
	return len(k.list) - 1
}

// stringsOffset is where a function prototype keeps its constant strings a second time. The VM
// reads the names of globals, fields and methods there, and the library exports the field to
// nobody, so it is set by its offset.
var stringsOffset = stringConstantsOffset()

func stringConstantsOffset() uintptr {
	field, ok := reflect.TypeFor[lua.FunctionProto]().FieldByName("stringConstants")
	if !ok || field.Type != reflect.TypeFor[[]string]() {
		panic("compile: this gopher-lua has no FunctionProto.stringConstants of type []string")
	}
	return field.Offset
}

func (k *constants) store(p *lua.FunctionProto) {
	p.Constants = k.list
	*(*[]string)(unsafe.Add(unsafe.Pointer(p), stringsOffset)) = k.strings
}
