import { announce, id, now, report, task, withClient } from './measure.mjs';

// The harness publishes each event after it was announced.
await withClient(async (client) => {
  const seen = [];
  for (let i = 0; i < task.count; i++) {
    announce(i);
    await client.getEvent(id(1), `key-${i}`, 60);
    seen.push(now());
  }
  report({ seconds: 0, items: task.count, seen });
});
