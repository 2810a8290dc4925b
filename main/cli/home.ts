import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** What the place of the data folder depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const thisMachine = (): Machine => ({
  platform: process.platform,
  home: homedir(),
  environment: process.env,
});

/** Where flowscreen keeps its database and models unless told otherwise: FLOWSCREEN_HOME, or the platform's data folder. */
export function defaultHome({ platform, home, environment }: Machine = thisMachine()): string {
  // Variables that are set to nothing count as absent, as the XDG specification asks.
  const named = environment['FLOWSCREEN_HOME'] || undefined;
  if (named !== undefined) return named;
  if (platform === 'win32') {
    return win32.join(environment['APPDATA'] || win32.join(home, 'AppData', 'Roaming'), 'flowscreen');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'flowscreen');
  return posix.join(environment['XDG_DATA_HOME'] || posix.join(home, '.local', 'share'), 'flowscreen');
}
