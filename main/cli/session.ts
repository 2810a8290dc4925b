import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Context, openContext } from '../api/context.ts';
import { userName } from '../api/user-name.ts';
import { defaultHome } from './home.ts';
import { type Interrupts, listenForInterrupts } from './interrupt.ts';
import { type Terminal, openTerminal } from './terminal/terminal.ts';

export const DEVICES = ['auto', 'cpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;

const GlobalOptions = z
  .object({
    home: z.string().min(1).optional(),
    device: z.enum(DEVICES),
    json: z.boolean().default(false),
    quiet: z.boolean().default(false),
  })
  .transform(({ home, ...others }) => ({
    ...others,
    /** The folder of the database, the models and the logs. */
    home: home ?? defaultHome(),
    /** Whether that folder was named on the command line. */
    homeGiven: home !== undefined,
  }));
/** Options that every command takes. */
export type GlobalOptions = z.infer<typeof GlobalOptions>;

/** What a command answers: one document for programs, and the same as text for people. */
export interface Answer {
  readonly json: unknown;
  readonly text: string;
}

/** What a command has at hand while it runs. */
export interface Invocation {
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  /** Aborted when the person asks to stop. */
  readonly signal: AbortSignal;
  /** The services on the folder that was chosen, or on another one; closed when the command ends. */
  readonly open: (folder?: string) => Promise<Context>;
  /** Answers at once: for commands that go on working. */
  readonly answer: (answer: Answer) => void;
  /** A folder that goes when the command ends, after the services that were opened on it. */
  readonly temporaryFolder: () => string;
}

/** Turns the work of a command into what the parser calls with the operands and options; null where it has answered. */
export type Runner = <A extends readonly unknown[]>(
  work: (invocation: Invocation, ...operands: A) => Promise<Answer | null>,
) => (...operands: A) => Promise<void>;

/** One run of one command. */
export class Session {
  #options: GlobalOptions | null = null;
  #interrupts: Interrupts | null = null;

  /** @param options as the parser has them, defaults filled in */
  begin(options: unknown): void {
    this.#options = GlobalOptions.parse(options);
  }

  get home(): string {
    return this.#options?.home ?? defaultHome();
  }

  get interrupted(): boolean {
    return this.#interrupts?.signal.aborted ?? false;
  }

  readonly run: Runner =
    (work) =>
    async (...operands) => {
      const options = this.#options;
      if (options === null) throw new Error('a command ran before its options were known');
      const terminal = openTerminal(options);
      const interrupts = listenForInterrupts(() =>
        terminal.say('Stopping; what is done is being saved (press Ctrl-C again to stop at once).'),
      );
      this.#interrupts = interrupts;
      const { signal } = interrupts;
      const opened: Context[] = [];
      const temporary: string[] = [];
      const open = async (folder = options.home) => {
        const { device } = options;
        const context = await openContext({ home: folder, device, notify: terminal.say, who: userName() });
        opened.push(context);
        return context;
      };
      const temporaryFolder = () => {
        const folder = mkdtempSync(join(tmpdir(), 'flowscreen-'));
        temporary.push(folder);
        return folder;
      };
      const answer = ({ json, text }: Answer) => {
        process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : `${text}\n`);
      };
      try {
        const last = await work({ options, terminal, signal, open, answer, temporaryFolder }, ...operands);
        if (last !== null) answer(last);
      } finally {
        for (const context of opened) context.close();
        for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
        interrupts.release();
      }
    };
}
