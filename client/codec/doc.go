// Package codec decodes the values that the DBOS SDKs store, in every serialization that they use,
// and encodes values for applications of each SDK. It knows nothing of databases.
//
// Start with Encoded.Decode for a value of a row, DecodeError for an error, and EncodeInput for the
// input of a workflow.
//
// Values are JSON data: nil, bool, string, int64, *big.Int (integers beyond int64), float64,
// json.Number (a number that no float64 can hold), []any and map[string]any. The formats of other
// SDKs add time.Time and []byte. A value that cannot be decoded is an Opaque.
package codec

// Names of the serialisations, as the serialization columns spell them.
const (
	PortableJSON = "portable_json" // plain JSON, written by every SDK
	DBOSJSON     = "DBOS_JSON"     // base64 of JSON, the Go SDK's default
	SuperJSON    = "js_superjson"  // the TypeScript SDK's default
	Pickle       = "py_pickle"     // base64 of a pickle, the Python SDK's default
	Gob          = "DBOS_GOB"      // base64 of a gob stream, an option of the Go SDK
	LegacyJSON   = "js_legacy"     // JSON with type tags, older TypeScript SDKs
)

// Sentinels that stand where a value is expected.
const (
	NilMarker    = "__DBOS_NIL"             // nil in DBOS_JSON and DBOS_GOB, not base64
	StreamClosed = "__DBOS_STREAM_CLOSED__" // the end of a stream, bare or as a JSON string
)

// StreamMarks returns the two spellings of the end marker.
func StreamMarks() []string { return []string{StreamClosed, `"` + StreamClosed + `"`} }

// IsStreamClosed reports whether a stream's stored text is its end marker, in
// the Go SDK's spelling (bare) or that of the others (a JSON string).
func IsStreamClosed(text string) bool {
	return text == StreamClosed || text == `"`+StreamClosed+`"`
}
