// A DBOS application for the interop tests: launched by the harness, steered over standard input.
import { writeSync } from 'node:fs';
import { DBOS, version } from './sdk.mjs';
import { settings } from './settings.mjs';
import './workflows.mjs';
import './talk.mjs';
import './classes.mjs';
import './fleet.mjs';
import { registerQueues } from './queues.mjs';
import { listen } from './control.mjs';

/** @param {object} response */
function reply(response) {
  writeSync(1, `${JSON.stringify(response)}\n`);
}

// Standard output belongs to the control channel, so whatever the SDK logs there goes to standard error.
process.stdout.write = process.stderr.write.bind(process.stderr);

DBOS.setConfig({
  name: settings.name,
  systemDatabaseUrl: settings.databaseURL,
  systemDatabaseSchemaName: settings.schema,
  applicationVersion: settings.applicationVersion,
  executorID: settings.executor,
  logLevel: settings.logLevel,
  runAdminServer: false,
  schedulerPollingIntervalMs: settings.scheduleInterval,
  systemDatabasePoolSize: 16,
});
await DBOS.launch();
await registerQueues();
listen(reply);
reply({ ready: true, sdk: version, version: DBOS.applicationVersion, executor: DBOS.executorID });
