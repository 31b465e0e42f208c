import { once, task, withClient } from './measure.mjs';

// Three fields of each row are read, and the input where it is wanted.
await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await once(async () => {
    const found = await client.listWorkflows({ limit: task.count, loadInput: task.payloads, loadOutput: task.payloads });
    if (found.length !== task.count) throw new Error(`${found.length} rows instead of ${task.count}`);
    for (const workflow of found) {
      const read = workflow.workflowID && workflow.status && workflow.workflowName;
      if (!read || (task.decode && !workflow.input)) throw new Error('a field is missing');
    }
  });
});
