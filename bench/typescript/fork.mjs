import { id, ids, once, task, withClient } from './measure.mjs';

// It has no call for many: they go one by one, as many at a time as its pool has connections.
const firstStep = 5;

await withClient(async (client) => {
  const fork = (original) => client.forkWorkflow(original, firstStep, { queueName: task.prefix });
  await fork(id(task.count + 1));
  await once(async () => {
    await Promise.all(ids(task.count).map(fork));
  });
});
