import { DebouncerClient, input, loop, task, withClient, workflow } from './measure.mjs';

await withClient(async (client) => {
  const debouncer = new DebouncerClient(client, { workflowName: workflow, startWorkflowParams: { queueName: task.prefix } });
  const debounce = (i) => debouncer.debounce('key', 3_600_000, input(i));
  await debounce(task.count);
  await loop(debounce);
});
