// Workflows that talk while they run: events, streams, messages.
import { DBOS } from './sdk.mjs';
import { registered } from './workflows.mjs';

/** @param {unknown[]} values set one after the other under the key "progress"; the event "done" comes last */
async function announce(values) {
  for (const value of values) await DBOS.setEvent('progress', value);
  await DBOS.setEvent('done', { count: values.length });
  return values.length;
}

/** Sets an event of its own each time a message comes, until the message is null. */
async function announceOnCue() {
  for (;;) {
    const value = await DBOS.recv('cue', { timeoutSeconds: 60 });
    if (value === null) return 'end';
    await DBOS.setEvent('progress', value);
  }
}

/** @param {number} count numbers written at once to the stream "numbers", which is closed then */
async function stream(count) {
  for (let i = 0; i < count; i++) await DBOS.writeStream('numbers', i);
  await DBOS.closeStream('numbers');
  return count;
}

/** @param {number} count numbers written to the stream "numbers" @param {number} seconds before each of them */
async function streamSlowly(count, seconds) {
  for (let i = 0; i < count; i++) {
    await DBOS.sleepSeconds(seconds);
    await DBOS.writeStream('numbers', i);
  }
  await DBOS.closeStream('numbers');
  return count;
}

/** Writes what the messages say, one value for each, and closes the stream at a null: the slow writer. */
async function streamOnCue() {
  let count = 0;
  for (;;) {
    const value = await DBOS.recv('cue', { timeoutSeconds: 60 });
    if (value === null) break;
    await DBOS.writeStream('numbers', value);
    count++;
  }
  await DBOS.closeStream('numbers');
  return count;
}

/** Leaves its stream open at its end, and writes values of two codecs. */
async function streamUnclosed() {
  await DBOS.writeStream('mixed', { at: new Date(0) });
  await DBOS.writeStream('mixed', { plain: true }, { serializationType: 'portable' });
}

/** @param {string|null} topic null: messages without a topic @param {number} count messages to wait for */
async function receive(topic, count = 1) {
  const messages = [];
  for (let i = 0; i < count; i++) messages.push(await DBOS.recv(topic ?? undefined, { timeoutSeconds: 30 }));
  return messages;
}

/** Sends from inside a workflow, so that a test sees the rows an application writes. */
async function sender(destination, message, topic) {
  await DBOS.send(destination, message, topic);
  return 'sent';
}

for (const run of [announce, announceOnCue, stream, streamSlowly, streamOnCue, streamUnclosed, receive, sender]) {
  registered[run.name] = DBOS.registerWorkflow(run, { name: run.name });
}
for (const run of [announce, stream, receive]) {
  const name = `${run.name}Portable`;
  registered[name] = DBOS.registerWorkflow((...args) => run(...args), { name, serialization: 'portable' });
}
