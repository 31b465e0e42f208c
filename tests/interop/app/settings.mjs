// Everything that differs between two launches of the application stands in the environment.

/** @param {string} name @returns {string} the variable's value; ends the process when it is missing */
function required(name) {
  const value = process.env[name];
  if (!value) {
    process.stderr.write(`peer: the environment variable ${name} is missing\n`);
    process.exit(2);
  }
  return value;
}

export const settings = {
  sdkDir: required('PEER_SDK_DIR'),
  databaseURL: required('PEER_DATABASE_URL'),
  schema: process.env.PEER_SCHEMA || 'dbos',
  name: process.env.PEER_NAME || 'peer',
  applicationVersion: process.env.PEER_VERSION || 'v1',
  executor: process.env.PEER_EXECUTOR || 'peer-1',
  logLevel: process.env.PEER_LOG_LEVEL || 'warn',
  /** Milliseconds between two looks at a queue; the SDK's own default of a second makes tests slow. */
  queueInterval: Number(process.env.PEER_QUEUE_INTERVAL_MS || 100),
  /** Milliseconds between two readings of the schedules; the SDK's own default is 30 seconds. */
  scheduleInterval: Number(process.env.PEER_SCHEDULE_INTERVAL_MS || 200),
};
