---@meta seq
-- Generated from the declarations. Do not edit.

---Works on arrays and iterators alike: `dbos.workflows{…}`, `csv.read`, any function that returns one item a call and nil at the end. A function of this module that makes a sequence returns an iterator, which a `for` or another function of this module can read once. It reads an item only when the next one is needed, so memory does not grow with the length.
---
---In place of a function that is called with each item, the name of a field can stand: `seq.count_by(workflows, "status")`. A field that no item has is an error; in a condition, as in `filter`, only if the items have a field with a similar name. An iterator with several values at a time, such as `time.range`, has items that are arrays of them.
---@class seq.module
seq = {}

---Calls a function with each item.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return fun(): dbos.data? # an iterator over the results of the function
function seq.map(items, fn) end

---Keeps the items for which a function returns true.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return fun(): T? # an iterator over them
function seq.filter(items, fn) end

---Calls a function with each item, and joins the items that it returns: an array, an iterator, or nil for none.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return fun(): dbos.data? # an iterator over them all
function seq.flat_map(items, fn) end

---Reads one sequence after the other.
---
---Kind: pure.
---@param ... any Arrays and iterators.
---@return fun(): dbos.data? # an iterator over the items of all
function seq.concat(...) end

---Returns the first items, and stops reading after them.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param n integer How many. At least 0.
---@return fun(): T? # an iterator over at most n items
function seq.take(items, n) end

---Leaves out the first items.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param n integer How many. At least 0.
---@return fun(): T? # an iterator over the rest
function seq.skip(items, n) end

---Returns the items before the first for which a function returns nil or false.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return fun(): T? # an iterator over them
function seq.take_while(items, fn) end

---Leaves out the items that are equal to an earlier one.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@return fun(): T? # an iterator over the rest
function seq.uniq(items, by) end

---Groups items into arrays of a fixed size.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param size integer How many items an array has. At least 1.
---@return fun(): T[]? # an iterator over arrays; the last one may be shorter
function seq.chunk(items, size) end

---@class seq.sort_by.options
---@field desc? boolean The largest first.

---Sorts the items by a value: numbers, text, times or booleans. Items with equal values keep their order, and items without a value come last.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@param options? seq.sort_by.options
---@return fun(): T? # an iterator over the items, which are all in memory
function seq.sort_by(items, by, options) end

---Returns the keys of a table and their values, as `pairs` does.
---
---Kind: pure.
---@param table any A table or a record.
---@return fun(): dbos.data? # an iterator over tables with `key` and `value`
function seq.entries(table) end

---Puts all items in an array.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@return T[] # the array
function seq.to_array(items) end

---Calls a function with each item.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn fun(item: T): any A function that is called with each item.
function seq.each(items, fn) end

---Combines all items into one value.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn fun(value: any, item: T): any A function of the value so far and the next item, which returns the next value.
---@param initial any The value before the first item.
---@return any # the value after the last item
function seq.reduce(items, fn, initial) end

---Returns the first item, or the first for which a function returns true.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn? (fun(item: T): any)|string Which items: a function that is called with each, or the name of a field. All when not given.
---@return T # the item; nil when there is none
function seq.find(items, fn) end

---Returns whether a function returns true for at least one item.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return boolean # true at the first such item, and stops reading
function seq.any(items, fn) end

---Returns whether a function returns true for all items.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn (fun(item: T): any)|string A function that is called with each item, or the name of a field.
---@return boolean # false at the first item for which it does not; true if there are no items
function seq.all(items, fn) end

---Counts items.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param fn? (fun(item: T): any)|string Which items: a function that is called with each, or the name of a field. All when not given.
---@return integer # how many
function seq.count(items, fn) end

---Adds numbers up.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@return number # the sum; 0 without items
function seq.sum(items, by) end

---Returns the item with the least value.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@return T # the first such item; nil when none has a value
function seq.min_by(items, by) end

---Returns the item with the largest value.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@return T # the first such item; nil when none has a value
function seq.max_by(items, by) end

---Groups the items with the same value.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field.
---@return table<string, T[]> # a table from values to arrays of items, which are all in memory
function seq.group_by(items, by) end

---Counts the items with each value.
---
---Kind: pure.
---@generic T
---@param items T[]|fun(...): T? An array or an iterator.
---@param by? (fun(item: T): any)|string What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given.
---@return table<string, integer> # a table from values to numbers
function seq.count_by(items, by) end

return seq
