import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { defaultHome } from '../cli/home.ts';
import { StartError } from './start-error.ts';

const Device = z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml']);

/** What the application was started with. */
export interface DesktopOptions {
  /** The folder of the database, the weights and the caches. */
  readonly home: string;
  readonly device: z.infer<typeof Device>;
  /** A folder of images to offer to add. */
  readonly folder: string | null;
}

/**
 * @param argv of the process, the switches of Electron itself included
 * @param fromSource whether Electron was started with the program's file, which stands among the operands then
 * @throws StartError for a device that does not exist
 */
export function desktopOptions(argv: readonly string[], fromSource: boolean): DesktopOptions {
  const { values, positionals } = parseArgs({
    args: argv.slice(1),
    options: { home: { type: 'string' }, device: { type: 'string' } },
    allowPositionals: true,
    // Electron's and Chromium's own switches are none of ours.
    strict: false,
  });
  const { home, device } = values;
  const chosen = Device.safeParse(device ?? 'auto');
  if (!chosen.success) {
    throw new StartError(`There is no device "${String(device)}": use one of ${Device.options.join(', ')}.`);
  }
  const folder = positionals[fromSource ? 1 : 0];
  return {
    home: resolve(typeof home === 'string' ? home : defaultHome()),
    device: chosen.data,
    folder: folder === undefined ? null : resolve(folder),
  };
}
