import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { z } from 'zod';

const CLI = join(import.meta.dirname, '../../out/main/cli.js');
const answer = z.object({ address: z.url() });

/** The built program as a person starts it: its browser face, on a data folder. */
export class Program {
  /** Lets one browser in. */
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  private constructor(address: string, process: ChildProcess, ended: Promise<number | null>) {
    this.address = address;
    this.#process = process;
    this.#ended = ended;
  }

  /** @param port where it listens; any that is free where it is not said */
  static async start(home: string, port = 0): Promise<Program> {
    const process_ = spawn(
      process.execPath,
      [CLI, '--home', home, '--device', 'cpu', '--json', 'serve', '--port', `${port}`],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    process_.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<number | null>((resolve) => process_.once('exit', resolve));
    const printed = new Promise<string>((resolve, reject) => {
      let json = '';
      createInterface(process_.stdout).on('line', (line) => {
        json += line;
        const parsed = answer.safeParse(parseJson(json));
        if (parsed.success) resolve(parsed.data.address);
      });
      void ended.then((code) => reject(new Error(`flowscreen serve ended with ${code}: ${output}`)));
    });
    return new Program(await printed, process_, ended);
  }

  /** As Ctrl-C does. */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGINT');
    return this.#ended;
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('the program did not start');
    return this.#process.pid;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
