package client

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/codec"
)

// Pages of a stream grow while its values are short, and shrink when they are long.
func TestThePagesOfAStream(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rows, bytes, want int }{
		{500, 0, 2000}, {500, 20, 2000}, {2000, 20, 5000}, {5000, 20, 5000}, {500, 1000, 1048}, {500, 100_000, 50}, {50, 100_000, 50}, {50, 20, 200},
	} {
		page := make([]streamEntry, c.rows)
		for i := range page {
			page[i].value = codec.Encoded{Text: strings.Repeat("x", c.bytes)}
		}
		if got := pageAfter(page); got != c.want {
			t.Errorf("after %d values of %d bytes: %d, want %d", c.rows, c.bytes, got, c.want)
		}
	}
}
