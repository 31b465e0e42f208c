// What the control channel carries: JSON, with what JSON lacks spelled out.
import { registered } from './workflows.mjs';

/** Arguments of a request: {"$date": text} is a Date, {"$workflow": name} the registered function. */
export function revive(value) {
  if (Array.isArray(value)) return value.map(revive);
  if (value === null || typeof value !== 'object') return value;
  if ('$date' in value) return new Date(value.$date);
  if ('$workflow' in value) return workflow(value.$workflow);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revive(member)]));
}

/** @param {string} name @returns {Function} the registered workflow; throws when there is none */
export function workflow(name) {
  const found = registered[name];
  if (!found) throw new Error(`no such workflow: ${name}`);
  return found;
}

const isHandle = (value) => typeof value.getResult === 'function' && typeof value.workflowID === 'string';
const isGenerator = (value) => typeof value[Symbol.asyncIterator] === 'function';

/** A result as JSON: a handle is its ID, a generator the list of what it yields, a Date its ISO text, a bigint its digits. */
export async function plain(value) {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (isHandle(value)) return { workflowID: value.workflowID };
  if (isGenerator(value)) return await collect(value);
  if (Array.isArray(value)) return await Promise.all(value.map(plain));
  const members = await Promise.all(Object.entries(value).map(async ([key, member]) => [key, await plain(member)]));
  return Object.fromEntries(members);
}

async function collect(generator) {
  const values = [];
  for await (const value of generator) values.push(await plain(value));
  return values;
}
