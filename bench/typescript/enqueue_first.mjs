import { input, once, task, withClient, workflow } from './measure.mjs';

await withClient(async (client) => {
  await once(async () => {
    await client.enqueuePortable({ queueName: task.prefix, workflowName: task.name || workflow }, [input(0)]);
  });
});
