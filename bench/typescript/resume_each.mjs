import { id, loop, withClient } from './measure.mjs';

await withClient(async (client) => {
  await client.listWorkflows({ limit: 1 });
  await loop((i) => client.resumeWorkflow(id(i + 1)));
});
