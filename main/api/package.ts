import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

// Looked for from this file upward: the built program lies elsewhere than its source.
const manifest = findPackageJSON(import.meta.url);
if (manifest === undefined) throw new Error('flowscreen lies in no package');

/** The folder that holds flowscreen, its examples included. */
export const packageFolder = dirname(manifest);

/** The window's page, as `npm run build` leaves it. */
export const builtPage = join(packageFolder, 'out', 'renderer');

/** Of flowscreen itself. */
export const version = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
