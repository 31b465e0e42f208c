// The harness measures the whole process, which writes the rows as a program would that has no library for it.
import { task, withClient } from './measure.mjs';

const columns = ['workflowID', 'status', 'workflowName', 'queueName', 'executorId', 'applicationVersion', 'priority',
  'createdAt', 'updatedAt', 'input', 'output'];
const quoted = (value) => `"${(typeof value === 'string' ? value : JSON.stringify(value) ?? '').replaceAll('"', '""')}"`;

const formats = {
  ids: (found) => found.map((one) => `${one.workflowID}\n`).join(''),
  csv: (found) => found.map((one) => `${columns.map((column) => quoted(one[column])).join(',')}\n`).join(''),
  ndjson: (found) => found.map((one) => `${JSON.stringify(one)}\n`).join(''),
  json: (found) => JSON.stringify(found, null, 2),
};

await withClient(async (client) => {
  const found = await client.listWorkflows({ limit: task.count, loadInput: task.payloads, loadOutput: task.payloads });
  const text = formats[task.format](found);
  await new Promise((done) => process.stdout.write(text, done));
});
