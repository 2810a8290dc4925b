import { spawn } from 'node:child_process';

/** What opens an address in the person's own browser, on each platform. */
function opener(address: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address];
  if (platform === 'darwin') return ['open', address];
  return ['xdg-open', address];
}

/** @returns whether a program that opens it was started; on a machine without a screen there may be none */
export function openBrowser(address: string, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  const [program, ...args] = opener(address, platform);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      // It may live as long as the browser does.
      child.unref();
      resolve(true);
    });
  });
}
