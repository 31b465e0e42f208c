import { once, task, withClient } from './measure.mjs';

// It has pages, but no other way to go on than an offset.
await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    let rows = 0;
    while (rows < task.count) {
      const page = await client.listWorkflows({
        limit: task.page, offset: rows, loadInput: task.payloads, loadOutput: task.payloads,
      });
      if (page.length === 0) throw new Error(`${rows} rows instead of ${task.count}`);
      rows += page.length;
    }
  });
});
