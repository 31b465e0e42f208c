package bridge

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// SizeOf returns about how many bytes the Go value of a userdata takes, and the Lua values that it
// keeps. Texts that several values share count for each of them.
func SizeOf(value any) (bytes int64, kept []lua.LValue) {
	o, ok := value.(*object)
	if !ok {
		return 0, nil
	}
	for _, k := range o.kept {
		kept = append(kept, k.value)
	}
	return sizeOf(reflect.ValueOf(o.value), sizeDepth), kept
}

// sizeDepth is how deep the fields of a value are followed. Values below are small, or belong to
// the host, such as a connection.
const sizeDepth = 4

func sizeOf(v reflect.Value, depth int) int64 {
	if !v.IsValid() || depth == 0 {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		return int64(v.Type().Size()) + int64(v.Len())
	case reflect.Pointer, reflect.Interface:
		return int64(v.Type().Size()) + sizeOf(v.Elem(), depth-1)
	case reflect.Struct:
		return structSize(v, depth)
	case reflect.Slice:
		return int64(v.Type().Size()) + itemSizes(v, depth)
	}
	return int64(v.Type().Size())
}

func structSize(v reflect.Value, depth int) int64 {
	var bytes int64
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			bytes += sizeOf(v.Field(i), depth-1)
		} else {
			bytes += int64(v.Field(i).Type().Size())
		}
	}
	return bytes
}

func itemSizes(v reflect.Value, depth int) int64 {
	var bytes int64
	for i := range v.Len() {
		bytes += sizeOf(v.Index(i), depth-1)
	}
	return bytes
}
