// What the application of every SDK does on request, in the same words: tests/interop/peer says which.
import { DBOS } from './sdk.mjs';
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

for (const run of [same, shape, report, brood]) registered[run.name] = DBOS.registerWorkflow(run, { name: run.name });

/** A filter's name in Lua, and what the client calls it. */
const filters = {
  workflow_ids: 'workflowIDs', workflow_id_prefix: 'workflow_id_prefix', status: 'status', name: 'workflowName', start_time: 'startTime',
  end_time: 'endTime', app_version: 'applicationVersion', user: 'authenticatedUser', queue_name: 'queueName', queues_only: 'queuesOnly',
  executor_ids: 'executorId', forked_from: 'forkedFrom', was_forked_from: 'wasForkedFrom', parent_workflow_id: 'parentWorkflowID',
  has_parent: 'hasParent', completed_after: 'completedAfter', completed_before: 'completedBefore', dequeued_after: 'dequeuedAfter',
  dequeued_before: 'dequeuedBefore', attributes: 'attributes', schedule_name: 'scheduleName', limit: 'limit', offset: 'offset',
  sort_desc: 'sortDesc',
};

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
    if (!filters[name]) throw new Error(`no filter ${name}`);
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
    enqueue: by((client, { workflow, args = [] }, options) => client.enqueue({ workflowName: workflow, ...options }, ...args)),
    list: by((client, { options }) => list(client, options)),
    steps: by(async (client, { workflowID }) => {
      const steps = await client.listWorkflowSteps(workflowID);
      return steps.map((step) => ({ id: step.functionID, name: step.name }));
    }),
    cancel: by((client, { workflowID }) => client.cancelWorkflow(workflowID)),
    resume: by(async (client, { workflowID }, { queueName }) => {
      await client.resumeWorkflow(workflowID, queueName ? { queueName } : undefined);
    }),
    fork: by(async (client, { workflowID }, { step, workflowID: newWorkflowID, queueName }) => ({
      workflowID: await client.forkWorkflow(workflowID, step, { newWorkflowID, queueName }),
    })),
    delete: by((client, { workflowID }) => client.deleteWorkflow(workflowID)),
    send: by((client, { workflowID, key, args }) => client.send(workflowID, args[0], key)),
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
