import { ids, once, spare, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  const all = ids(task.count);
  await client.cancelWorkflows(spare);
  await once(async () => {
    await client.cancelWorkflows(all);
  });
});
