import { announce, ids, now, report, task, withClient } from './measure.mjs';

// The harness lets the workflows end one by one after the announcement.
await withClient(async (client) => {
  announce(0);
  const seen = await Promise.all(ids(task.count).map(async (one) => {
    await client.retrieveWorkflow(one).getResult();
    return now();
  }));
  report({ seconds: 0, items: task.count, seen });
});
