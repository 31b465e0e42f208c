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

/** @param {string} file one of the SDK's declarations */
function declarations(file) {
  return readFileSync(join(settings.sdkDir, 'node_modules', '@dbos-inc', 'dbos-sdk', 'dist', 'src', file), 'utf8');
}

/** @param {string} option @returns {boolean} whether a method of the client or its options declare it */
export function declares(option) {
  return ['client.d.ts', 'dbos.d.ts'].some((file) => new RegExp(`\\b${option}\\b`).test(declarations(file)));
}

/** @param {string} name @returns {boolean} whether lists of workflows have the filter */
export function filtersBy(name) {
  const [, members] = /interface GetWorkflowsInput \{(.*?)\n\}/s.exec(declarations('workflow.d.ts'));
  return new RegExp(`\\b${name}\\?:`).test(members);
}

/** The first number of the version: queues are declared differently from 5 on. */
export const major = Number(version.split('.')[0]);
