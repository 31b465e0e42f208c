import { input, once, task, withClient, workflow } from './measure.mjs';

// It has no call for many: they go one by one, as many at a time as its pool has connections.
await withClient(async (client) => {
  const enqueue = (i) => client.enqueuePortable({ queueName: task.prefix, workflowName: workflow }, [input(i)]);
  await enqueue(0);
  await once(async () => {
    await Promise.all(Array.from({ length: task.count }, (_, i) => enqueue(i)));
  });
});
