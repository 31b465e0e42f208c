// The workflows of the tests of stuck workflows and of executors that die.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DBOS } from './sdk.mjs';
import { settings } from './settings.mjs';
import { registered } from './workflows.mjs';

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {number} seconds that its first step takes */
async function linger(seconds) {
  await DBOS.runStep(() => pause(seconds * 1000), { name: 'long' });
  return await DBOS.runStep(async () => 'after', { name: 'after' });
}

/** @param {string} id of a workflow whose event it waits for */
async function listen(id) {
  return await DBOS.getEvent(id, 'never', { timeoutSeconds: 60 });
}

let pool;

/** The database of the table in which steps write that they ran. */
function witnesses() {
  const { Pool } = createRequire(join(settings.sdkDir, 'package.json'))('pg');
  pool ??= new Pool({ connectionString: settings.databaseURL, max: 8, application_name: 'witness' });
  return pool;
}

/** Stores that a step runs, and waits for the gate in the step of that name. */
async function attest(id, step) {
  await witnesses().query('INSERT INTO witness (workflow, step, executor) VALUES ($1, $2, $3)', [id, step, settings.executor]);
  while (step === 'gate' && (await witnesses().query('SELECT 1 FROM gate WHERE executor = $1', [settings.executor])).rowCount === 0) await pause(200);
  return step;
}

/** Takes four steps. Each stores that it ran; the second one ends when the gate is open for the executor. */
async function labour() {
  const done = [];
  for (const name of ['begin', 'gate', 'work', 'end']) {
    done.push(await DBOS.runStep(() => attest(DBOS.workflowID, name), { name }));
  }
  return done.join(' ');
}

for (const run of [linger, listen, labour]) registered[run.name] = DBOS.registerWorkflow(run, { name: run.name });
