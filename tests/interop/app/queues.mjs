// The queues of the application, one for each kind of limit.
import { DBOS, WorkflowQueue, major } from './sdk.mjs';
import { settings } from './settings.mjs';

/** From SDK 5 on a queue is partitioned by having a limit for each partition, before by a flag, and priorities need no flag. */
const onePerPartition = major >= 5 ? { partitionConcurrency: 1 } : { partitionQueue: true, concurrency: 1 };
const byPriority = major >= 5 ? {} : { priorityEnabled: true };

const queues = {
  ordinary: { concurrency: 20, ...byPriority },
  serial: { concurrency: 1, ...byPriority },
  partitioned: onePerPartition,
  limited: { rateLimit: { limitPerPeriod: 2, periodSec: 2 } },
};

/** A queue that stands in the code alone and in no table, which SDKs before 5 know. */
if (WorkflowQueue) new WorkflowQueue('unregistered', { minPollingIntervalMs: settings.queueInterval });

/** Writes the queues to the database; they are polled from the SDK's next look at its table on. */
export async function registerQueues() {
  for (const [name, limits] of Object.entries(queues)) {
    await DBOS.registerQueue(name, { ...limits, minPollingIntervalMs: settings.queueInterval, onConflict: 'always_update' });
  }
}
