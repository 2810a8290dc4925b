import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const answer = z.object({ address: z.url() });

/** The program's browser face, started as a person starts it. */
export class ServedProgram {
  /** Lets one browser in. */
  readonly address: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  private constructor(address: string, process: ChildProcess, ended: Promise<number | null>) {
    this.address = address;
    this.#process = process;
    this.#ended = ended;
  }

  /**
   * @param cli the file of the command line, which node runs
   * @param port where it listens; any that is free where it is not said
   * @throws Error with what it wrote, where it ends before it serves
   */
  static async start(cli: string, home: string, port = 0): Promise<ServedProgram> {
    const args = [cli, '--home', home, '--device', 'cpu', '--json', 'serve', '--port', `${port}`];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const address = new Promise<string>((resolve, reject) => {
      let json = '';
      createInterface(child.stdout).on('line', (line) => {
        json += line;
        const parsed = answer.safeParse(parsedJson(json));
        if (parsed.success) resolve(parsed.data.address);
      });
      void ended.then((code) => reject(new Error(`flowscreen serve ended with ${code}: ${output}${json}`)));
    });
    return new ServedProgram(await address, child, ended);
  }

  /** As Ctrl-C does. @returns the exit code */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGINT');
    return this.#ended;
  }

  /** @throws Error where it did not start */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('flowscreen did not start');
    return this.#process.pid;
  }
}

/** Null for what is no JSON yet. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
