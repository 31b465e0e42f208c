import { input, loop, task, withClient, workflow } from './measure.mjs';

await withClient(async (client) => {
  const enqueue = (i) => client.enqueuePortable({ queueName: task.prefix, workflowName: workflow }, [input(i)]);
  await enqueue(0);
  await loop(enqueue);
});
