// What all tasks share: the SDK, the client, and how they are measured. The arguments are the folder in which the SDK
// is installed and the task as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [sdkDir, text] = process.argv.slice(2);
const { DBOSClient, DebouncerClient } = createRequire(join(sdkDir, 'package.json'))('@dbos-inc/dbos-sdk');

export { DebouncerClient };

/** The task, with the names of bench/task. */
export const task = JSON.parse(text);

export const workflow = 'process_order';
export const input = (i) => ({ order: i, customer: 'ann@example.org', items: [1, 2, 3] });
export const message = (i) => ({ number: i, text: 'the parcel has left the house' });
export const id = (i) => `${task.prefix}-${String(i).padStart(7, '0')}`;
export const ids = (count) => Array.from({ length: count }, (_, i) => id(i + 1));
export const spare = [id(task.count + 1), id(task.count + 2)];
export const now = () => (performance.timeOrigin + performance.now()) / 1000;
export const report = (finding) => process.stdout.write(`${JSON.stringify(finding)}\n`);
export const announce = (i) => report({ waiting: i });

const quiet = { info() {}, debug() {}, warn() {}, error: console.error };

/** Runs do with a client, and ends it. */
export async function withClient(run) {
  const client = await DBOSClient.create({ systemDatabaseUrl: task.url, logger: quiet });
  await run(client);
  await client.destroy();
}

/** Measures one call. */
export async function once(call) {
  const start = performance.now();
  const rows = await call();
  report({ seconds: (performance.now() - start) / 1000, items: rows ?? task.count });
}

async function times(count, call) {
  const all = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await call(i);
    all.push((performance.now() - start) / 1000);
  }
  return all.slice(Math.floor(count / 2));
}

/** Measures each of the task's calls, by all of its callers, and reports the median and the 99th percentile of the second
 * half: the first one warms up. */
export async function loop(call) {
  const callers = Math.max(1, task.callers);
  const count = Math.floor(task.count / callers);
  const all = (await Promise.all(Array.from({ length: callers }, () => times(count, call)))).flat().sort((a, b) => a - b);
  report({ seconds: all[Math.floor(all.length / 2)], p99: all[Math.floor(all.length * 0.99)], items: task.count });
}
