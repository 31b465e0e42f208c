package databases

import "fmt"

// A dialect holds the SQL for filling a database of one kind.
type dialect struct {
	schema string
	series string           // a table with one row for each n from 1 to %d
	number string           // n with seven digits
	hash   string           // a text made of n that looks random
	place  func(int) string // the placeholder of the n-th parameter
}

func postgres() dialect {
	return dialect{
		schema: "dbos.",
		place:  func(n int) string { return fmt.Sprintf("$%d", n) },
		series: "generate_series(1, %d) AS n",
		number: "to_char(n, 'FM0000000')",
		hash:   "md5(CAST(n AS TEXT))",
	}
}

func sqlite() dialect {
	return dialect{
		place:  func(n int) string { return fmt.Sprintf("?%d", n) },
		series: "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) SELECT n FROM s) AS s",
		number: "printf('%07d', n)",
		// The multiplication modulo 2^32 makes the order of the texts another than that of n.
		hash: "printf('%08x%08x', (n * 2654435761) & 4294967295, n)",
	}
}

// rows returns a table with one row for each n from 1 to count.
func (d dialect) rows(count int) string { return fmt.Sprintf(d.series, count) }
