import { ids, once, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  const all = ids(task.count);
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    await client.resumeWorkflows(all);
  });
});
