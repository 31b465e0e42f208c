import { id, ids, once, task, withClient } from './measure.mjs';

// It forks one at a time.
const firstStep = 5;

await withClient(async (client) => {
  await client.forkWorkflow(id(task.count + 1), firstStep, { queueName: task.prefix });
  await once(async () => {
    for (const original of ids(task.count)) {
      await client.forkWorkflow(original, firstStep, { queueName: task.prefix });
    }
  });
});
