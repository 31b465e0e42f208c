// With "write", prints values as the TypeScript SDK stores them, one a line, each with the plain value that a script must read.
// With "read", reads stored texts, one a line, and prints what an application gets from each. Arguments: the folder that has
// node_modules, and one of the two words.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';
import { join } from 'node:path';

const [folder, what] = process.argv.slice(2);
const sdk = createRequire(import.meta.url)(join(folder, 'node_modules', '@dbos-inc', 'dbos-sdk', 'dist', 'src', 'serialization.js'));

class Order {
  constructor() {
    this.id = 'o-1';
    this.at = new Date(0);
  }
}

class Strange extends RangeError {
  name = 'Strange';
  code = 'E_STRANGE';
  order = 7;
}

const at = new Date('2026-01-02T03:04:05.678Z');
const shared = { a: 1 };
const VALUES = [
  ['null', null, 'null'], ['undefined', undefined, 'null'], ['true', true, 'true'], ['number', 0.1, '0.1'], ['integer', -5, '-5'],
  ['2**53', 2 ** 53, '9007199254740992'], ['1e21', 1e21, '1e+21'], ['NaN', NaN, 'NaN'], ['-Infinity', -Infinity, '-Infinity'], ['-0', -0, '-0'],
  ['bigint', 2n ** 70n, '1180591620717411303424'], ['small bigint', -5n, '-5'], ['text', 'ünï\u2028"🚀\0', '"ünï\\u2028\\"🚀\\u0000"'],
  ['lone surrogate', 'a\ud800b', '"a\ufffdb"'], ['symbol', Symbol('s'), 'null'], ['regexp', /a+/gi, '"/a+/gi"'], ['URL', new URL('https://a.b/c'), '"https://a.b/c"'],
  ['Date', at, 'time 2026-01-02T03:04:05.678Z'], ['invalid Date', new Date(NaN), 'null'], ['year 12026', new Date('+012026-01-02T00:00:00Z'), '"+012026-01-02T00:00:00.000Z"'],
  ['Map', new Map([['a', 1], ['b', new Map([['c', at]])]]), '{"a":1,"b":{"c":time 2026-01-02T03:04:05.678Z}}'],
  ['Map of numbers', new Map([[1, 'a'], [2n, 'b']]), '[[1,"a"],[2,"b"]]'], ['no Map', new Map(), '{}'],
  ['Set', new Set(['x', 2n, at]), '["x",2,time 2026-01-02T03:04:05.678Z]'], ['no Set', new Set(), '[]'],
  ['array', [1, undefined, [null, NaN]], '[1,null,[null,NaN]]'], ['sparse array', [1, , 2], '[1,null,2]'],
  ['object', { b: 1, a: { c: undefined } }, '{"a":{"c":null},"b":1}'], ['dotted names', { 'a.b': at, c: { 'd.e': 1n } }, '{"a.b":time 2026-01-02T03:04:05.678Z,"c":{"d.e":1}}'],
  ['shared', { x: shared, y: [shared] }, '{"x":{"a":1},"y":[{"a":1}]}'], ['Buffer', Buffer.from('hi\xff', 'latin1'), 'bytes 6869ff'],
  ['Uint8Array', new Uint8Array([1, 255]), 'bytes 01ff'], ['Int8Array', new Int8Array([-1, 2]), '[-1,2]'], ['Float64Array', new Float64Array([0.5, NaN]), '[0.5,null]'],
  ['instance of a class', new Order(), '{"at":"1970-01-01T00:00:00.000Z","id":"o-1"}'],
  ['Error as a value', new RangeError('oh'), '{"message":"oh","name":"RangeError"}'],
  ['superjson in a value', { json: 1, __dbos_serializer: 'superjson' }, '{"__dbos_serializer":"superjson","json":1}'],
];

const aggregate = new AggregateError([new RangeError('a'), new Error('b')], 'many');
const ERRORS = [
  [new RangeError('oh dear'), 'RangeError', 'oh dear'], [new Error(''), 'Error', ''], [new Strange('odd'), 'Strange', 'odd'],
  [new Error('outer', { cause: new TypeError('inner') }), 'Error', 'outer'], [aggregate, 'AggregateError', 'many'], ['a text', '', 'a text'],
  [{ name: 'Own', message: 'an object', code: 7 }, 'Own', 'an object'], [undefined, '', 'null'], [null, '', 'null'], [5, '', '5'],
];

const print = (row) => console.log(JSON.stringify(row));

if (what === 'write') {
  for (const [name, value, want] of VALUES) print({ name, codec: 'js_superjson', text: sdk.DBOSJSON.stringify(value), want });
  for (const [error, name, message] of ERRORS) {
    for (const [codec, serializer] of [['js_superjson', sdk.DBOSJSON], ['portable_json', sdk.DBOSPortableJSON]]) {
      if (codec === 'portable_json' && !(error instanceof Error)) continue;
      const text = (await sdk.serializeResErrorWithSerializer(error, serializer, codec)).serializedValue;
      print({ name: inspect(error).split('\n')[0], codec, text, error: name, message });
    }
  }
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const row = JSON.parse(line);
    const serializer = row.codec === 'portable_json' ? sdk.DBOSPortableJSON : sdk.DBOSJSON;
    console.log(inspect(serializer.parse(row.text), { depth: 9, breakLength: Infinity, compact: true }));
  }
}
