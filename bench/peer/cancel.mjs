import { ids, nobody, once, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  const all = ids(task.count);
  await client.cancelWorkflows(nobody);
  await once(async () => {
    await client.cancelWorkflows(all);
  });
});
