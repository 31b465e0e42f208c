import { id, message, once, task, withClient } from './measure.mjs';

// It has no call for many: they go one by one, as many at a time as its pool has connections.
await withClient(async (client) => {
  const send = (i) => client.send(id(i + 1), message(i), 'news', undefined, { serializationType: 'portable' });
  await send(0);
  await once(async () => {
    await Promise.all(Array.from({ length: task.count }, (_, i) => send(i)));
  });
});
