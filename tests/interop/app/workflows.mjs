// The plain workflows: arguments, failures, steps, children, time limits, kinds of value.
import { DBOS } from './sdk.mjs';
import { note } from './journal.mjs';
import { settings } from './settings.mjs';

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function add(a, b) {
  return a + b;
}

async function echo(...args) {
  return { args, count: args.length };
}

/** Says who ran it, and for whom: the test of version pinning and of two applications on one database. */
async function whoami() {
  const user = { user: DBOS.authenticatedUser, role: DBOS.assumedRole, roles: DBOS.authenticatedRoles };
  return { version: DBOS.applicationVersion, executor: DBOS.executorID, id: DBOS.workflowID, application: settings.name, ...user };
}

/** Notes when it ran, for tests of priority and order. */
async function mark(label) {
  return note(label, DBOS.workflowID);
}

/** Runs until somebody sends it a message: holds its place in a queue for as long as a test needs. */
async function hold() {
  return await DBOS.recv('release', { timeoutSeconds: 60 });
}

const failures = new Map();

async function failAtFirst(times) {
  const done = failures.get(DBOS.workflowID) ?? 0;
  failures.set(DBOS.workflowID, done + 1);
  note(`try ${done + 1}`, DBOS.workflowID);
  if (done < times) throw new Error(`try ${done + 1} of ${times + 1} fails`);
  return done + 1;
}

/** A step that fails the given number of times before it succeeds; more than three and the workflow fails. */
async function flaky(times) {
  const retries = { name: 'failAtFirst', retriesAllowed: true, maxAttempts: 4, intervalSeconds: 0.01, backoffRate: 1 };
  return await DBOS.runStep(() => failAtFirst(times), retries);
}

/** A step that fails for good in a workflow that goes on and tells of it. */
async function tolerant(message) {
  const failing = async () => {
    throw new Error(message);
  };
  try {
    return await DBOS.runStep(failing, { name: 'failing' });
  } catch (error) {
    return `caught ${error.message}`;
  }
}

async function broken(message) {
  await DBOS.runStep(async () => 'before', { name: 'before' });
  throw new RangeError(message);
}

/** @param {number} count steps; each tells in which workflow it really ran, which shows what a fork copied */
async function journey(count) {
  const visited = [];
  for (let i = 0; i < count; i++) {
    visited.push(await DBOS.runStep(async () => ({ stop: i, by: DBOS.workflowID }), { name: `stop${i}` }));
  }
  return visited;
}

/** @param {number} count steps @param {number} ms milliseconds each takes */
async function slow(count, ms) {
  for (let i = 0; i < count; i++) {
    await DBOS.runStep(async () => {
      note(`slow ${i}`, DBOS.workflowID);
      await pause(ms);
      return i;
    }, { name: `slow${i}` });
  }
  return count;
}

/** @param {number} seconds of durable sleep: the test of timeouts */
async function sleeper(seconds) {
  await DBOS.sleepSeconds(seconds);
  return 'slept';
}

/** A child with an ID of its own choosing, and one without. */
async function parent(a, b) {
  const first = await DBOS.startWorkflow(registered.add)(a, b);
  const second = await DBOS.startWorkflow(registered.add, { workflowID: `${DBOS.workflowID}-named` })(b, b);
  return { sum: await first.getResult(), double: await second.getResult(), children: [first.workflowID, second.workflowID] };
}

/** One of every kind of value that the SDK's own serialisation keeps and JSON does not. */
async function kinds() {
  return {
    at: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
    big: 2n ** 70n,
    map: new Map([['a', 1], ['b', { deep: new Date(0) }]]),
    set: new Set(['x', 'y']),
    nothing: undefined,
    none: null,
    empty: [],
    object: {},
    nested: { list: [1, [2, [3, null]]], text: 'ünïcode \u2028 "quoted"' },
    exact: Number.MAX_SAFE_INTEGER,
    fraction: 0.1,
    odd: [NaN, Infinity, -0],
    pattern: /a+b/gi,
  };
}

async function nothing() {}

async function tick(scheduledFor, context) {
  const at = scheduledFor instanceof Date ? scheduledFor.toISOString() : scheduledFor;
  note('tick', DBOS.workflowID);
  return { at, type: scheduledFor instanceof Date ? 'date' : typeof scheduledFor, year: new Date(at).getUTCFullYear(), context };
}

const plain = { add, echo, whoami, mark, hold, flaky, tolerant, broken, journey, slow, sleeper, parent, kinds, nothing, tick };

/** The workflows by name; those that end in "Portable" are the same functions, registered to write portable JSON. */
export const registered = {};
for (const [name, run] of Object.entries(plain)) registered[name] = DBOS.registerWorkflow(run, { name });
for (const name of ['add', 'echo', 'broken', 'flaky', 'journey', 'tick', 'nothing']) {
  const portable = `${name}Portable`;
  registered[portable] = DBOS.registerWorkflow((...args) => plain[name](...args), { name: portable, serialization: 'portable' });
}
