// The harness measures the whole process.
import { task, withClient } from './measure.mjs';

await withClient(async (client) => {
  for (const workflow of await client.listWorkflows({ limit: task.count, loadInput: false, loadOutput: false })) {
    console.log(workflow.workflowID, workflow.status, workflow.workflowName);
  }
});
