import { id, loop, message, withClient } from './measure.mjs';

await withClient(async (client) => {
  const send = (i) => client.send(id(1), message(i), 'news', undefined, { serializationType: 'portable' });
  await send(0);
  await loop(send);
});
