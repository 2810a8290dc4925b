/** The parent's side of a process that reads files: a decoder that dies or hangs takes that process along, and no other. */
import type { ListedFile, Purpose } from '../ingest/examine.ts';
import { badMessage, processDied } from './job-error.ts';
import type { JobProcess, StartJobProcess } from './job-process.ts';
import { type ExaminedFile, fromReader } from './scan-protocol.ts';
import { Silence } from './silence.ts';

/** What any file is given to say something. */
export const PATIENCE_MS = 5000;
/** Slower drives and decoders are none: bytes read and hashed, pixels decoded, in a millisecond. */
const BYTES_PER_MS = 20_000;
const PIXELS_PER_MS = 4000;
/** Starting a process takes a while on a busy machine. */
const START_MS = 60_000;

export interface ReaderEvents {
  onExamined(examined: ExaminedFile): void;
  /**
   * The process is no more. @param culprit the file that it was at, and why it is to blame; null where it was at none
   * @param others files that it was given and did not come to
   */
  onLost(culprit: Culprit | null, others: readonly ListedFile[]): void;
  /** It cannot work at all. */
  onFailed(error: Error): void;
}

export interface Culprit {
  readonly file: ListedFile;
  readonly how: 'died' | 'silent';
}

export class FileReader {
  readonly #process: JobProcess;
  readonly #events: ReaderEvents;
  readonly #silence = new Silence();
  /** In the order in which they are examined. */
  #given: ListedFile[] = [];
  #patienceMs = START_MS;
  #isReady = false;
  #isEnded = false;

  constructor(
    start: StartJobProcess,
    { root, purpose, background }: { root: string; purpose: Purpose; background: boolean },
    events: ReaderEvents,
  ) {
    this.#process = start('read');
    this.#events = events;
    this.#process.onMessage((message) => this.#take(message));
    this.#process.onExit((how) => this.#end('died', how));
    this.#process.post({ kind: 'read', root, purpose, background });
  }

  /** Files that it has yet to examine. */
  get load(): number {
    return this.#given.length;
  }

  give(files: readonly ListedFile[]): void {
    if (this.#given.length === 0) this.#begin(files[0]);
    this.#given.push(...files);
    this.#process.post({ kind: 'examine', files });
  }

  /** To be called as often as {@link Silence} says. */
  tick(): void {
    const isBusy = this.#given.length > 0 || !this.#isReady;
    if (isBusy && this.#silence.tick() > this.#patienceMs) this.#end('silent', 'said nothing');
  }

  close(): void {
    this.#isEnded = true;
    this.#process.kill();
  }

  #take(message: unknown): void {
    if (this.#isEnded) return;
    const parsed = fromReader.safeParse(message);
    if (!parsed.success) {
      this.#fail(badMessage(parsed.error));
      return;
    }
    this.#silence.broken();
    switch (parsed.data.kind) {
      case 'ready':
        this.#isReady = true;
        this.#begin(this.#given[0]);
        return;
      case 'step':
        this.#patienceMs = PATIENCE_MS + parsed.data.pixels / PIXELS_PER_MS;
        return;
      case 'examined':
        this.#given.shift();
        this.#begin(this.#given[0]);
        this.#events.onExamined(parsed.data.examined);
        return;
      case 'listed':
      case 'counted':
      case 'walked':
      case 'probed':
      case 'failed':
        this.#fail(badMessage(new Error(`a process that reads said ${parsed.data.kind}`)));
    }
  }

  #begin(file: ListedFile | undefined): void {
    this.#silence.broken();
    if (this.#isReady) this.#patienceMs = PATIENCE_MS + (file?.sizeBytes ?? 0) / BYTES_PER_MS;
  }

  #end(how: Culprit['how'], said: string): void {
    if (this.#isEnded) return;
    if (!this.#isReady) {
      this.#fail(processDied(said));
      return;
    }
    this.close();
    const [file, ...others] = this.#given;
    this.#given = [];
    this.#events.onLost(file === undefined ? null : { file, how }, others);
  }

  #fail(error: Error): void {
    this.close();
    this.#events.onFailed(error);
  }
}
