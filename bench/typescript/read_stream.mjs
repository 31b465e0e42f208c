import { id, once, task, withClient } from './measure.mjs';

await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    let count = 0;
    for await (const value of client.readStream(id(1), 'progress')) if (value) count++;
    if (count !== task.count) throw new Error(`${count} values instead of ${task.count}`);
  });
});
