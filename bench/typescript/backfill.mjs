import { once, task, withClient, workflow } from './measure.mjs';

await withClient(async (client) => {
  await client.createSchedule({
    scheduleName: task.prefix, workflowName: workflow, schedule: '* * * * *', options: { queueName: task.prefix },
  });
  await once(async () => {
    const handles = await client.backfillSchedule(task.prefix, new Date(task.from), new Date(task.to));
    if (handles.length !== task.count) throw new Error(`${handles.length} ticks instead of ${task.count}`);
  });
});
