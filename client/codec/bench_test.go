package codec

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// invoice is a payload of ordinary size and shape, about 600 bytes.
const invoice = `{"id":9007199254740993,"customer":{"name":"Ada Lovelace","email":"ada@example.org","tags":["vip","eu"]},` +
	`"lines":[{"sku":"A-1","count":2,"price":19.9},{"sku":"B-7","count":1,"price":5.25},{"sku":"C-3","count":12,"price":0.5}],` +
	`"paid":true,"note":null,"created_at":"2026-01-02T03:04:05.678Z","address":{"street":"1 Main \"Old\" Street","zip":"01234","city":"Zürich"},` +
	`"history":[{"at":1795333247706,"what":"created"},{"at":1795333247730,"what":"paid"},{"at":1795333247899,"what":"shipped"}]}`

func BenchmarkDecodeJSON(b *testing.B) {
	b.SetBytes(int64(len(invoice)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeJSON(invoice); err != nil {
			b.Fatal(err)
		}
	}
}

// The standard library's decoding into any, for comparison; its numbers are
// not exact.
func BenchmarkDecodeJSONStandard(b *testing.B) {
	b.SetBytes(int64(len(invoice)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal([]byte(invoice), &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeJSON(b *testing.B) {
	value, err := DecodeJSON(invoice)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(invoice)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := EncodeJSON(value, ""); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeJSONStandard(b *testing.B) {
	value, err := DecodeJSON(invoice)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(invoice)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	encoded := map[string]Encoded{
		"DBOS_JSON":     {Text: dbosJSON(invoice), Codec: DBOSJSON},
		"portable_json": {Text: invoice, Codec: PortableJSON},
		"js_superjson":  {Text: super(invoice, `{"values":{"created_at":["Date"]}}`), Codec: SuperJSON},
		"py_pickle":     {Text: samplePickle(b), Codec: Pickle},
		"small":         {Text: "eyJhIjoxfQ==", Codec: DBOSJSON},
		"unnamed":       {Text: dbosJSON(invoice)},
	}
	for name, e := range encoded {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(e.Text)))
			b.ReportAllocs()
			for b.Loop() {
				if opaque, ok := e.Decode().(Opaque); ok {
					b.Fatal(opaque)
				}
			}
		})
	}
}

// samplePickle is the largest pickle of protocol 4 among the test's.
func samplePickle(b *testing.B) (longest string) {
	f, err := os.Open("testdata/pickles.txt")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if part := strings.Fields(lines.Text()); part[1] == "4" && len(part[2]) > len(longest) {
			longest = part[2]
		}
	}
	return longest
}
