import { ids, once, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    await Promise.all(ids(task.count).map((one) => client.retrieveWorkflow(one).getResult()));
  });
});
