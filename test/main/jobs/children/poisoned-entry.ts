// A process for reading folders in which the decoder of some files hangs or dies: those whose names say so.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const { openSync } = fs;
fs.openSync = (path, ...others) => {
  const name = basename(String(path));
  if (name.startsWith('hangs')) for (;;);
  if (name.startsWith('dies')) process.abort();
  return openSync(path, ...others);
};
syncBuiltinESMExports();
await import('../../../../main/jobs/job-entry.ts');
