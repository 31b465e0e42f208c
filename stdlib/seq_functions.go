package stdlib

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// seqSequences are the functions that give an iterator.
func seqSequences(host Host) []declare.Func {
	return []declare.Func{
		seqFn[seqEach](host, "map", "Calls a function with each item.", seqIterator, "an iterator over the results of the function").
			Notes("If it returns nil for an item, the item is left out.").
			Example(`for line in seq.map({"a", "b"}, string.upper) do print(line) end`),
		seqFn[seqEach](host, "filter", "Keeps the items for which a function returns true.", seqItself, "an iterator over them").
			Example(`for n in seq.filter({1, 2, 3, 4}, function(n) return n % 2 == 0 end) do print(n) end`),
		seqFn[seqEach](host, "flat_map", "Calls a function with each item, and joins the items that it returns: an array, an iterator, or nil for none.",
			seqIterator, "an iterator over them all").
			Example(`for word in seq.flat_map({"a b", "c"}, function(line) return line:gmatch("%a+") end) do print(word) end`),
		seqFn[seqLists](host, "concat", "Reads one sequence after the other.", seqIterator, "an iterator over the items of all").
			Example(`for n in seq.concat({1, 2}, {3}) do print(n) end`),
		seqFn[seqCounted](host, "take", "Returns the first items, and stops reading after them.", seqItself, "an iterator over at most n items").
			Example(`for n in seq.take({1, 2, 3}, 2) do print(n) end`),
		seqFn[seqCounted](host, "skip", "Leaves out the first items.", seqItself, "an iterator over the rest").
			Example(`for n in seq.skip({1, 2, 3}, 2) do print(n) end`),
		seqFn[seqEach](host, "take_while", "Returns the items before the first for which a function returns nil or false.",
			seqItself, "an iterator over them").
			Example(`for n in seq.take_while({1, 2, 9, 3}, function(n) return n < 5 end) do print(n) end`),
		seqFn[seqMaybeBy](host, "uniq", "Leaves out the items that are equal to an earlier one.", seqItself, "an iterator over the rest").
			Notes("It keeps all values that it has seen in memory; times and exact integers are compared by their text.").
			Example(`for name in seq.uniq({"a", "b", "a"}) do print(name) end`),
		seqFn[seqSized](host, "chunk", "Groups items into arrays of a fixed size.", seqArrays, "an iterator over arrays; the last one may be shorter").
			Example("for ids in seq.chunk({\"w1\", \"w2\", \"w3\"}, 2) do\n  print(#ids, table.concat(ids, \" \"))\nend"),
		seqFn[seqSorted](host, "sort_by", "Sorts the items by a value: numbers, text, times or booleans. Items with equal values keep their order, and items without a value come last.",
			seqItself, "an iterator over the items, which are all in memory").
			Example("local orders = {{id = 1, total = 30}, {id = 2, total = 50}}\nfor order in seq.sort_by(orders, \"total\", {desc = true}) do print(order.id) end"),
		seqFn[seqTable](host, "entries", "Returns the keys of a table and their values, as `pairs` does.", seqIterator, "an iterator over tables with `key` and `value`").
			Example(`for entry in seq.sort_by(seq.entries{mails = 3, orders = 7}, "value", {desc = true}) do print(entry.key, entry.value) end`),
	}
}

// seqResults are the functions that go over all items and give one value.
func seqResults(host Host) []declare.Func {
	return []declare.Func{
		seqFn[seqItems](host, "to_array", "Puts all items in an array.", seqArray, "the array").
			Example(`print(#seq.to_array(seq.take({1, 2, 3}, 2)))`),
		seqForEach(host),
		seqFn[seqReduced](host, "reduce", "Combines all items into one value.", seqAny, "the value after the last item").
			Example(`print(seq.reduce({1, 2, 3}, function(product, n) return product * n end, 1))`),
		seqFn[seqMaybe](host, "find", "Returns the first item, or the first for which a function returns true.", seqItem, "the item; nil when there is none").
			Example(`print(seq.find({1, 5, 9}, function(n) return n > 3 end))`),
		seqFn[seqEach](host, "any", "Returns whether a function returns true for at least one item.", seqBool, "true at the first such item, and stops reading").
			Example(`print(seq.any({1, 5}, function(n) return n > 3 end))`),
		seqFn[seqEach](host, "all", "Returns whether a function returns true for all items.", seqBool, "false at the first item for which it does not; true if there are no items").
			Example(`print(seq.all({1, 5}, function(n) return n > 3 end))`),
		seqFn[seqMaybe](host, "count", "Counts items.", seqInteger, "how many").
			Example(`print(seq.count({1, 5, 9}, function(n) return n > 3 end))`),
		seqFn[seqMaybeBy](host, "sum", "Adds numbers up.", seqNumber, "the sum; 0 without items").
			Notes("An item without a value counts as 0.").
			Example(`print(seq.sum({{total = 30}, {total = 12}}, "total"))`),
		seqFn[seqMaybeBy](host, "min_by", "Returns the item with the least value.", seqItem, "the first such item; nil when none has a value").
			Example(`print(seq.min_by({{id = 1, total = 30}, {id = 2, total = 12}}, "total").id)`),
		seqFn[seqMaybeBy](host, "max_by", "Returns the item with the largest value.", seqItem, "the first such item; nil when none has a value").
			Example(`print(seq.max_by({{id = 1, total = 30}, {id = 2, total = 12}}, "total").id)`),
		seqFn[seqBy](host, "group_by", "Groups the items with the same value.", seqGroups, "a table from values to arrays of items, which are all in memory").
			Notes(seqKeys).
			Example("local groups = seq.group_by({{queue = \"slow\", id = 1}, {queue = \"fast\", id = 2}}, \"queue\")\nprint(#groups.slow)"),
		seqFn[seqMaybeBy](host, "count_by", "Counts the items with each value.", seqCounts, "a table from values to numbers").
			Notes(seqKeys).
			Example(`print(seq.count_by({"ERROR", "SUCCESS", "ERROR"}).ERROR)`),
	}
}

const seqKeys = "Items without a value are under the key `\"\"`. A time or an exact integer is its text as a key."

func seqForEach(host Host) declare.Func {
	return declareItemParam(declare.Do("each", "Calls a function with each item.", func(ctx context.Context, a seqCalled) error {
		_, err := host.Call(ctx, seqChunk, append([]any{"each"}, a.values()...)...)
		return err
	}).Pure().
		Example(`seq.each({"a", "b"}, print)`))
}
