// What the application of every SDK does on request, in the same words: tests/interop/peer says which.
import { DBOS, declares, filtersBy } from './sdk.mjs';
import { registered } from './workflows.mjs';

/** @param {unknown} value returned as it came */
async function same(value) {
  return value;
}

/** @param {object} order its members are told in words */
async function shape({ id, text, price, at, lines, note }) {
  const instant = new Date(at).toISOString().replace('.000Z', 'Z');
  return [id, text, price, instant, lines.length, lines[0].sku, note ?? 'none'].join(' ');
}

/** Fails in the second of three steps. Each step says in which workflow it really ran. */
async function stumble() {
  const failing = async () => {
    throw new Error(`stumbled in ${DBOS.workflowID}`);
  };
  await DBOS.runStep(async () => DBOS.workflowID, { name: 'steady' });
  try {
    await DBOS.runStep(failing, { name: 'stumble' });
  } finally {
    await DBOS.runStep(async () => DBOS.workflowID, { name: 'onward' });
  }
}

let mended = false;

/** Fails in the second of two steps, until mend has run. Each step says in which workflow it really ran. */
async function charge() {
  await DBOS.runStep(async () => DBOS.workflowID, { name: 'reserve' });
  const pay = async () => {
    if (!mended) throw new Error('the provider is down');
    return DBOS.workflowID;
  };
  return await DBOS.runStep(pay, { name: 'pay' });
}

/** Brings the provider of charge back. */
async function mend() {
  mended = true;
  return 'mended';
}

/** @param {unknown[]} values each is set as the event "progress" and written to the stream "numbers" */
async function report(values) {
  for (const value of values) {
    await DBOS.setEvent('progress', value);
    await DBOS.writeStream('numbers', value);
  }
  await DBOS.closeStream('numbers');
  return values.length;
}

/** @param {unknown} value that a child returns */
async function brood(value) {
  const handle = await DBOS.startWorkflow(registered.same)(value);
  return await handle.getResult();
}

/** @param {string} child that waits for a message, and is waited for */
async function nest(child) {
  const handle = await DBOS.startWorkflow(registered.hold, { workflowID: child })();
  return await handle.getResult();
}

let trials = 0;

/** Publishes how many steps have really run, waits for a message, counts again, and returns all three. */
async function trial() {
  const count = (name) => DBOS.runStep(async () => ++trials, { name });
  const first = await count('first');
  await DBOS.setEvent('count', first);
  const told = await DBOS.recv('go', { timeoutSeconds: 60 });
  const second = await count('second');
  await DBOS.setEvent('count', second);
  await DBOS.writeStream('counts', second);
  await DBOS.closeStream('counts');
  return { first, told, second };
}

for (const run of [same, shape, stumble, report, brood, nest, trial, charge, mend]) registered[run.name] = DBOS.registerWorkflow(run, { name: run.name });

/** A filter's name in Lua, and what the client calls it. */
const filters = {
  workflow_ids: 'workflowIDs', workflow_id_prefix: 'workflow_id_prefix', status: 'status', name: 'workflowName', start_time: 'startTime',
  end_time: 'endTime', app_version: 'applicationVersion', user: 'authenticatedUser', queue_name: 'queueName', queues_only: 'queuesOnly',
  executor_ids: 'executorId', forked_from: 'forkedFrom', was_forked_from: 'wasForkedFrom', parent_workflow_id: 'parentWorkflowID',
  has_parent: 'hasParent', completed_after: 'completedAfter', completed_before: 'completedBefore', dequeued_after: 'dequeuedAfter',
  dequeued_before: 'dequeuedBefore', attributes: 'attributes', schedule_name: 'scheduleName', limit: 'limit', offset: 'offset',
  sort_desc: 'sortDesc', is_fork: 'isFork', application_name: 'applicationName',
};

/** @param {string} name the operation that this version of the SDK does not have */
function noOperation(name) {
  return Object.assign(new Error(`the SDK has no ${name}`), { name: 'NoOperation' });
}

/** @param {string} option of the client's methods, which a version that lacks it ignores without a word */
function demand(option) {
  if (!declares(option)) throw noOperation(option);
}

/** A field's name in Lua, and what the client calls it. */
const fields = {
  id: 'workflowID', status: 'status', name: 'workflowName', class_name: 'workflowClassName', authenticated_user: 'authenticatedUser',
  executor_id: 'executorId', application_version: 'applicationVersion', attempts: 'recoveryAttempts', queue_name: 'queueName',
  deduplication_id: 'deduplicationID', priority: 'priority', forked_from: 'forkedFrom', was_forked_from: 'wasForkedFrom',
  parent_workflow_id: 'parentWorkflowID', schedule_name: 'scheduleName', application_name: 'applicationName', created_at: 'createdAt',
  updated_at: 'updatedAt', started_at: 'dequeuedAt', completed_at: 'completedAt', delay_until: 'delayUntilEpochMS',
  deadline: 'deadlineEpochMS', input: 'input', output: 'output',
};

/** @param {object} client @param {object} filter in the words of Lua */
async function list(client, filter) {
  const chosen = {};
  for (const [name, value] of Object.entries(filter)) {
    if (!filtersBy(filters[name])) throw noOperation(`filter ${name}`);
    chosen[filters[name]] = value;
  }
  const workflows = await client.listWorkflows(chosen);
  return workflows.map((workflow) => {
    const one = Object.fromEntries(Object.entries(fields).map(([ours, theirs]) => [ours, workflow[theirs] ?? null]));
    return { ...one, error: workflow.error?.message ?? '' };
  });
}

/** The verbs of the client. @param {() => Promise<object>} connect returns the application's own client */
export function common(connect) {
  const by = (verb) => async (request) => await verb(await connect(), request, request.options ?? {});
  return {
    enqueue: by((client, { workflow, args = [] }, { portable, ...options }) =>
      client.enqueue({ workflowName: workflow, ...options, ...(portable ? { serializationType: 'portable' } : {}) }, ...args)),
    list: by((client, { options }) => list(client, options)),
    steps: by(async (client, { workflowID }) => {
      const steps = await client.listWorkflowSteps(workflowID);
      return steps.map((step) => ({ id: step.functionID, name: step.name }));
    }),
    cancel: by(async (client, { workflowID }, { children }) => {
      if (children) demand('cancelChildren');
      await client.cancelWorkflow(workflowID, ...(children ? [{ cancelChildren: true }] : []));
    }),
    resume: by(async (client, { workflowID }, { queueName }) => {
      await client.resumeWorkflow(workflowID, queueName ? { queueName } : undefined);
    }),
    rewind: by(async (client, { workflowID }, { step, queueName }) => {
      if (!client.rewindWorkflow) throw noOperation('rewind');
      await client.rewindWorkflow(workflowID, { startStep: step, queueName });
    }),
    delay: by((client, { workflowID, args: [seconds] }) => client.setWorkflowDelay(workflowID, { delaySeconds: seconds })),
    attributes: by((client) => {
      if (!client.updateWorkflowAttributes) throw noOperation('change of attributes');
    }),
    fork: by(async (client, { workflowID }, { step, workflowID: newWorkflowID, queueName, replacementChildren }) => ({
      workflowID: await client.forkWorkflow(workflowID, step, { newWorkflowID, queueName, replacementChildren }),
    })),
    queue: by((client, { key }, { concurrency }) => DBOS.registerQueue(key, { concurrency, minPollingIntervalMs: 200, onConflict: 'always_update' })),
    queues: by(async (client) => {
      if (!client.listQueues) throw noOperation('list of queues');
      return Object.fromEntries((await client.listQueues()).map((queue) => [queue.name, queue.concurrency ?? null]));
    }),
    rename: by(async (client, { args: [from, to] }) => {
      if (!client.renameApplication) throw noOperation('rename');
      await client.renameApplication(from, to);
    }),
    aggregates: by((client) => {
      if (!client.getWorkflowAggregates) throw noOperation('aggregates');
    }),
    delete: by((client, { workflowID }) => client.deleteWorkflow(workflowID)),
    send: by(async (client, { workflowID, key, args }, { idempotencyKey, toForks, portable }) => {
      if (toForks) demand('sendToForks');
      await client.send(workflowID, args[0], key, idempotencyKey, ...(portable ? [{ serializationType: 'portable' }] : []));
    }),
    event: by((client, { workflowID, key }) => client.getEvent(workflowID, key, 10)),
    stream: by((client, { workflowID, key }) => client.readStream(workflowID, key)),
    schedule: ({ key, args: [schedule, context], options: { queueName } = {} }) =>
      DBOS.createSchedule({ scheduleName: key, workflowFn: registered.tick, schedule, context, options: queueName ? { queueName } : undefined }),
    schedules: by(async (client) => {
      const all = await client.listSchedules();
      return Object.fromEntries(all.map(({ scheduleName, status, context }) => [scheduleName, { status, context }]));
    }),
    pause: by((client, { key }) => client.pauseSchedule(key)),
    trigger: by((client, { key }) => client.triggerSchedule(key)),
    backfill: async ({ key, args: [start, end] }) => {
      const handles = await DBOS.backfillSchedule(key, new Date(start), new Date(end));
      return handles.map((handle) => handle.workflowID);
    },
  };
}
