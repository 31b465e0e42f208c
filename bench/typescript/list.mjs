import { once, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    const found = await client.listWorkflows({ limit: task.count, loadInput: task.payloads, loadOutput: task.payloads });
    if (found.length !== task.count) throw new Error(`${found.length} rows instead of ${task.count}`);
  });
});
