// The SDK comes from the folder that the harness installed it in, so that one application source serves every version.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { settings } from './settings.mjs';

const require = createRequire(join(settings.sdkDir, 'package.json'));

export const { DBOS, DBOSClient, ConfiguredInstance, Debouncer, DebouncerClient, WorkflowQueue } = require('@dbos-inc/dbos-sdk');

const manifest = join(settings.sdkDir, 'node_modules', '@dbos-inc', 'dbos-sdk', 'package.json');

/** The SDK's own version, for example "5.3.0". */
export const version = JSON.parse(readFileSync(manifest, 'utf8')).version;

/** The first number of the version: queues are declared differently from 5 on. */
export const major = Number(version.split('.')[0]);
