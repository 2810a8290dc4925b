import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { builtPage } from '../api/package.ts';
import { userName } from '../api/user-name.ts';
import { serve } from '../serve.ts';
import { isLoopback } from '../serve/callers.ts';
import { openBrowser } from '../serve/open-browser.ts';
import type { Register } from './register.ts';

const Options = z.object({ port: z.number(), host: z.string().min(1), open: z.boolean().default(false) });

export const registerServe: Register = (program, run) => {
  program
    .command('serve')
    .description('opens flowscreen in a browser: prints an address that lets one browser in')
    .option('--port <number>', 'where to listen (default: any port that is free)', portNumber, 0)
    .option('--host <name>', 'listen on another address of this machine than its own loopback', '127.0.0.1')
    .option('--open', 'open the address in the browser of this machine')
    .action(
      run(async ({ options: { home, device }, terminal, signal, answer }, given: unknown) => {
        const { port, host, open } = Options.parse(given);
        if (!isLoopback(host)) {
          terminal.say(
            `Others on the network can reach ${host} and read what passes, as it is not encrypted; an SSH tunnel to a machine that serves its loopback is safer.`,
          );
        }
        const person = process.stdin.isTTY;
        const wayIn = person
          ? 'This address has been used or is an older one: press Enter in the terminal where flowscreen runs, and open the address that it prints.'
          : 'This address has been used or is an older one: start "flowscreen serve" again, and open the address that it prints.';
        const serving = await serve({
          page: builtPage,
          home,
          device,
          who: userName(),
          host,
          port,
          wayIn,
        });
        try {
          const invite = () => {
            const address = serving.invite();
            answer({ json: { address }, text: address });
            return address;
          };
          const address = invite();
          terminal.say('Open it in a browser; it lets one in. Ctrl-C stops flowscreen and saves what runs.');
          if (open && !(await openBrowser(address))) {
            terminal.say('No browser could be opened here: open the address yourself.');
          }
          if (person) process.stdin.on('data', invite);
          await aborted(signal);
          process.stdin.off('data', invite).pause();
        } finally {
          await serving.close();
        }
        return null;
      }),
    );
};

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a port between 0 and 65535.');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
