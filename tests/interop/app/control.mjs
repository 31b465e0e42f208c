// The control channel: one JSON request a line on standard input, one JSON response a line on standard output, in any order.
import { createInterface } from 'node:readline';
import { DBOS, DBOSClient, Debouncer, DebouncerClient, version } from './sdk.mjs';
import { journal } from './journal.mjs';
import { plain, revive, workflow } from './plain.mjs';
import { registered } from './workflows.mjs';
import { settings } from './settings.mjs';
import { shops } from './classes.mjs';
import { common } from './common.mjs';

let clientPromise;

/** The application's own client, connected at its first use. */
function client() {
  clientPromise ??= DBOSClient.create({
    systemDatabaseUrl: settings.databaseURL,
    systemDatabaseSchemaName: settings.schema,
    applicationName: settings.name,
  });
  return clientPromise;
}

/** @param {object} target @param {string} method @param {unknown[]} args */
async function invoke(target, method, args) {
  if (typeof target[method] !== 'function') throw new Error(`SDK ${version} has no method ${method}`);
  return await target[method](...args);
}

/** What a request's "do" may say. */
const verbs = {
  ...common(client),

  /** Any method of DBOS, from inside the application. */
  dbos: ({ method, args = [] }) => invoke(DBOS, method, args),

  /** Any method of the application's DBOSClient. */
  client: async ({ method, args = [] }) => invoke(await client(), method, args),

  /** Starts a workflow in this process, or on a queue when the options name one. */
  start: ({ workflow: name, args = [], options }) => DBOS.startWorkflow(workflow(name), options)(...args),

  /** Starts the method of a configured instance. */
  shop: ({ instance, args = [], options }) => DBOS.startWorkflow(shops[instance], options).greet(...args),

  /** Debounces from inside the application. */
  debounce: ({ workflow: name, key, period, args = [], timeout, options }) =>
    new Debouncer({ workflow: workflow(name), debounceTimeoutMs: timeout, startWorkflowParams: options }).debounce(key, period, ...args),

  /** Debounces through the client, which knows the workflow by its name alone. */
  clientDebounce: async ({ workflow: name, key, period, args = [], timeout, options }) => {
    const debouncer = new DebouncerClient(await client(), { workflowName: name, debounceTimeoutMs: timeout, startWorkflowParams: options });
    return await debouncer.debounce(key, period, ...args);
  },

  /** The result of a workflow, or its error as this request's error. */
  result: ({ workflowID }) => DBOS.retrieveWorkflow(workflowID).getResult(),

  /** What ran in this process. */
  journal: ({ workflowID }) => journal(workflowID),

  /** Who this is. */
  info: () => ({ sdk: version, pid: process.pid, version: DBOS.applicationVersion, executor: DBOS.executorID, workflows: Object.keys(registered) }),

  /** Ends the application in an orderly way. */
  shutdown: async () => {
    if (clientPromise) await (await clientPromise).destroy();
    await DBOS.shutdown();
  },
};

/** @param {string} line @param {(response: object) => void} reply */
async function answer(line, reply) {
  const request = JSON.parse(line);
  try {
    const verb = verbs[request.do];
    if (!verb) throw new Error(`no such request: ${request.do}`);
    reply({ id: request.id, value: await plain(await verb(revive(request))) });
  } catch (error) {
    reply({ id: request.id, error: { name: error.name, message: error.message } });
  }
  if (request.do === 'shutdown') process.exit(0);
}

/** @param {(response: object) => void} reply writes one response; the end of standard input ends the process */
export function listen(reply) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => void answer(line, reply));
  lines.on('close', () => process.exit(0));
}
