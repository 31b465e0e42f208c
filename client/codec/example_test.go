package codec_test

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/codec"
)

// Values of all SDKs are decoded to JSON data. A value that cannot be decoded is an Opaque.
func ExampleEncoded_Decode() {
	for _, stored := range []codec.Encoded{
		{Codec: codec.PortableJSON, Text: `{"amount":40}`},
		{Codec: codec.DBOSJSON, Text: "eyJhbW91bnQiOjQwfQ=="},
		{Codec: codec.SuperJSON, Text: `{"json":{"amount":40},"__dbos_serializer":"superjson"}`},
		{Codec: codec.PortableJSON, Text: `{"amount":`},
	} {
		value := stored.Decode()
		if opaque, is := value.(codec.Opaque); is {
			fmt.Println("cannot be decoded:", opaque.Raw)
		} else {
			fmt.Println(value)
		}
	}
	// Output:
	// map[amount:40]
	// map[amount:40]
	// map[amount:40]
	// cannot be decoded: {"amount":
}

// DecodeInto decodes into a type of the caller, as encoding/json does.
func ExampleEncoded_DecodeInto() {
	var receipt struct {
		Paid int `json:"paid"`
	}
	err := codec.Encoded{Codec: codec.PortableJSON, Text: `{"paid":40}`}.DecodeInto(&receipt)
	fmt.Println(receipt.Paid, err)
	// Output: 40 <nil>
}

// The type of the input chooses the serialization.
func ExampleEncodeInput() {
	for _, input := range []any{
		map[string]any{"amount": 40},
		codec.PortableWorkflowArgs{PositionalArgs: []any{40}},
		codec.TypeScriptArgs{40},
	} {
		text, name, err := codec.EncodeInput(input)
		fmt.Println(name, text, err)
	}
	// Output:
	// DBOS_JSON eyJhbW91bnQiOjQwfQ== <nil>
	// portable_json {"namedArgs":{},"positionalArgs":[40]} <nil>
	// js_superjson {"json":[40],"__dbos_serializer":"superjson"} <nil>
}
