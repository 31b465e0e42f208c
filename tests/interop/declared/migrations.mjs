// Prints the statements of each version of the tables that the SDK for TypeScript in a folder makes.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(process.argv[2], 'node_modules', '@dbos-inc', 'dbos-sdk', 'dist', 'src', 'sysdb_migrations', 'internal');
const { allMigrations } = createRequire(import.meta.url)(join(folder, 'migrations.js'));
console.log(JSON.stringify(allMigrations('dbos').map(({ pg }) => pg ?? [])));
