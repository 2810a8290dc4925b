/**
 * Reads a folder in processes of its own: one lists it, others read its files. A file at which a reading process dies, or says nothing for
 * too long, is broken for that reason; the process is started anew and the scan goes on. Nothing is said of files whose drive went away.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { driveLost } from '../ingest/drive.ts';
import type { ListedFile, Purpose } from '../ingest/examine.ts';
import type { RejectedEntry, ScanEntry } from '../ingest/scan-entry.ts';
import type { Found, FoundFile } from '../ingest/walk.ts';
import { type Culprit, FileReader, PATIENCE_MS } from './file-reader.ts';
import { FolderLister } from './folder-lister.ts';
import { Inbox } from './inbox.ts';
import { processDied } from './job-error.ts';
import type { StartJobProcess } from './job-process.ts';
import { Pace } from './pace.ts';
import type { ExaminedFile } from './scan-protocol.ts';
import { TICK_MS } from './silence.ts';

export interface ScanJob {
  readonly root: string;
  readonly purpose: Purpose;
  /** Whether the processor is left to others who want it. */
  readonly background: boolean;
  /** Which of the files that were listed are to be read, and what is known of them; the others are as they were. */
  choose(files: readonly FoundFile[]): readonly ListedFile[];
}

/** What was found out about one entry of the folder. */
export type ScanResult =
  /** It was not chosen. */
  | { readonly state: 'unchanged'; readonly relativePath: string }
  /** Its time has changed, not its content. */
  | { readonly state: 'same'; readonly file: ListedFile }
  | { readonly state: 'content'; readonly file: ListedFile; readonly sha256: string }
  | { readonly state: 'read'; readonly entry: ScanEntry }
  /** A folder: what lies below could not be listed. Or a link that leads nowhere. */
  | { readonly state: 'unlisted'; readonly entry: RejectedEntry }
  /** It was taken away after it was listed. */
  | { readonly state: 'gone'; readonly relativePath: string };

export type ScanMessage =
  /** About how many entries there are. */
  | { readonly kind: 'counted'; readonly entries: number }
  /** To be saved before the next message is asked for. */
  | {
      readonly kind: 'results';
      readonly results: readonly ScanResult[];
      readonly filesPerSecond: number;
    }
  /** The last message after the signal was given. */
  | { readonly kind: 'stopped' };

/** Results wait at most this long, or until there are so many, before they are handed over. */
const MOST_WAITING_MS = 500;
const MOST_WAITING = 256;

/** Files that a process is given at once, and has at most before it; so few that little waits for one file that takes long. */
const GIVEN_AT_ONCE = 16;
/** So many listed files wait to be read before no more are listed. */
const MOST_LISTED = 1024;
/** Another process is worth its start when so many files wait. */
const WORTH_A_PROCESS = 48;
/** Each needs memory of its own, and small files are soon limited by who saves what is found. */
const MOST_READERS = 2;

/** So many files one after the other fail with their drive, each while the folder itself answers, before the drive is given up. */
const DRIVE_FAILURES = 8;
/** So many processes die one after the other, none of them having read a file, before reading is given up. */
const DEATHS = 16;

type Event =
  | { readonly kind: 'listed'; readonly found: readonly Found[] }
  | { readonly kind: 'counted'; readonly entries: number }
  | { readonly kind: 'walked' }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'examined'; readonly examined: ExaminedFile }
  | {
      readonly kind: 'lost';
      readonly reader: FileReader;
      readonly culprit: Culprit | null;
      readonly others: readonly ListedFile[];
    }
  | { readonly kind: 'tick' }
  | { readonly kind: 'stop' };

/**
 * @throws IngestError 'not-found' | 'unreadable' where the folder cannot be listed; 'drive-lost' (what came before holds);
 * JobError 'process-died' where no process can read anything
 */
export async function* runScanJob(
  start: StartJobProcess,
  job: ScanJob,
  signal: AbortSignal,
): AsyncGenerator<ScanMessage, void, undefined> {
  yield* new Scan(start, job).run(signal);
}

class Scan {
  readonly #start: StartJobProcess;
  readonly #job: ScanJob;
  readonly #events = new Inbox<Event>();
  readonly #lister: FolderLister;
  readonly #readers = new Set<FileReader>();
  readonly #pace = new Pace();
  /** By their paths: those that are being read or wait for it. */
  readonly #chosen = new Map<string, ListedFile>();
  #waiting: ListedFile[] = [];
  #results: ScanResult[] = [];
  /** Read in vain; whether the drive is to blame shows with the next ones. */
  #doubtful: RejectedEntry[] = [];
  #handedOverAt = performance.now();
  #isWalked = false;
  /** Parts of the list that were taken and not yet answered for. */
  #owed = 0;
  #deaths = 0;

  constructor(start: StartJobProcess, job: ScanJob) {
    this.#start = start;
    this.#job = job;
    this.#lister = new FolderLister(start, job.root, {
      onListed: (found) => this.#events.put({ kind: 'listed', found }),
      onCounted: (entries) => this.#events.put({ kind: 'counted', entries }),
      onWalked: () => this.#events.put({ kind: 'walked' }),
      onFailed: (error) => this.#events.put({ kind: 'failed', error }),
    });
  }

  async *run(signal: AbortSignal): AsyncGenerator<ScanMessage, void, undefined> {
    const stop = () => this.#events.put({ kind: 'stop' });
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    try {
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      while (!this.#isDone()) {
        const event = await this.#events.take();
        if (event.kind === 'stop') {
          yield this.#handOver();
          yield { kind: 'stopped' };
          return;
        }
        if (event.kind === 'counted') yield event;
        await this.#follow(event);
        this.#feed();
        if (this.#isDue()) yield this.#handOver();
      }
      this.#results.push(...this.#doubtful.map((entry) => ({ state: 'read', entry }) as const));
      yield this.#handOver();
    } catch (error) {
      yield this.#handOver();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      clearInterval(ticking);
      this.#lister.close();
      for (const reader of this.#readers) reader.close();
    }
  }

  #isDone(): boolean {
    return this.#isWalked && this.#chosen.size === 0;
  }

  #isDue(): boolean {
    const { length } = this.#results;
    return (
      length >= MOST_WAITING || (length > 0 && performance.now() - this.#handedOverAt >= MOST_WAITING_MS)
    );
  }

  #handOver(): ScanMessage {
    const results = this.#results;
    this.#results = [];
    this.#handedOverAt = performance.now();
    return { kind: 'results', results, filesPerSecond: this.#pace.add(results.length) };
  }

  #tick(): void {
    this.#lister.tick();
    for (const reader of this.#readers) reader.tick();
    this.#events.put({ kind: 'tick' });
  }

  async #follow(event: Exclude<Event, { kind: 'stop' }>): Promise<void> {
    switch (event.kind) {
      case 'listed':
        this.#owed += 1;
        this.#takeListed(event.found);
        return;
      case 'walked':
        this.#isWalked = true;
        return;
      case 'examined':
        await this.#takeExamined(event.examined);
        return;
      case 'lost':
        await this.#takeLost(event);
        return;
      case 'failed':
        throw event.error;
      case 'counted':
      case 'tick':
        return;
    }
  }

  #takeListed(found: readonly Found[]): void {
    const files = found.filter((each) => each.kind === 'file');
    const chosen = new Map(this.#job.choose(files).map((file) => [file.relativePath, file]));
    for (const each of found) {
      const { kind, relativePath } = each;
      const file = chosen.get(relativePath);
      if (kind === 'file' && file === undefined) this.#results.push({ state: 'unchanged', relativePath });
      else if (file !== undefined) {
        this.#chosen.set(relativePath, file);
        this.#waiting.push(file);
      } else if (kind !== 'file') {
        const status = kind === 'skipped' ? 'skipped' : 'broken';
        const entry = {
          status,
          relativePath,
          reason: each.reason,
          sizeBytes: null,
          modifiedMs: null,
        } as const;
        this.#results.push({ state: kind === 'skipped' ? 'read' : 'unlisted', entry });
      }
    }
  }

  async #takeExamined(examined: ExaminedFile): Promise<void> {
    this.#deaths = 0;
    const relativePath = examined.kind === 'entry' ? examined.entry.relativePath : examined.relativePath;
    const file = this.#chosen.get(relativePath);
    if (file === undefined) return;
    this.#chosen.delete(relativePath);
    if (examined.kind === 'unreached') {
      await this.#takeUnreached(relativePath, examined);
      return;
    }
    // A file that can be read says that the drive is well: those before it are to blame themselves.
    this.#results.push(...this.#doubtful.map((entry) => ({ state: 'read', entry }) as const));
    this.#doubtful = [];
    switch (examined.kind) {
      case 'entry':
        this.#results.push({ state: 'read', entry: examined.entry });
        return;
      case 'same':
        this.#results.push({ state: 'same', file });
        return;
      case 'content':
        this.#results.push({ state: 'content', file, sha256: examined.sha256 });
    }
  }

  /** @throws IngestError 'drive-lost' */
  async #takeUnreached(
    relativePath: string,
    { trouble, reason }: Extract<ExaminedFile, { kind: 'unreached' }>,
  ): Promise<void> {
    await this.#checkReached(relativePath);
    if (trouble === 'absent') {
      this.#results.push({ state: 'gone', relativePath });
      return;
    }
    this.#doubtful.push({ status: 'broken', relativePath, reason, sizeBytes: null, modifiedMs: null });
    if (this.#doubtful.length >= DRIVE_FAILURES) throw driveLost(this.#job.root);
  }

  /** @throws IngestError 'drive-lost'; JobError 'process-died' */
  async #takeLost({ reader, culprit, others }: Extract<Event, { kind: 'lost' }>): Promise<void> {
    this.#readers.delete(reader);
    this.#waiting.unshift(...others);
    if (culprit === null) return;
    const { relativePath } = culprit.file;
    // A drive that says nothing looks like a decoder that hangs.
    await this.#checkReached(relativePath);
    this.#deaths += 1;
    if (this.#deaths >= DEATHS) throw processDied(`${DEATHS} processes one after the other`);
    this.#chosen.delete(relativePath);
    const reason = blame(join(this.#job.root, relativePath), culprit.how);
    const entry = { status: 'broken', relativePath, reason, sizeBytes: null, modifiedMs: null } as const;
    this.#results.push({ state: 'read', entry });
  }

  /** @throws IngestError 'drive-lost' */
  async #checkReached(relativePath: string): Promise<void> {
    const lost = await this.#lister.probe(relativePath);
    if (lost !== null) throw lost;
  }

  /** Gives files to processes that have few, starts those that are worth it, and asks for more of the list. */
  #feed(): void {
    const most = Math.min(MOST_READERS, availableParallelism());
    if (this.#waiting.length > this.#readers.size * WORTH_A_PROCESS && this.#readers.size < most) {
      this.#readers.add(this.#newReader());
    }
    for (const reader of this.#readers) {
      if (this.#waiting.length > 0 && reader.load <= GIVEN_AT_ONCE / 2) {
        reader.give(this.#waiting.splice(0, GIVEN_AT_ONCE));
      }
    }
    while (this.#owed > 0 && this.#waiting.length < MOST_LISTED) {
      this.#owed -= 1;
      this.#lister.more();
    }
  }

  #newReader(): FileReader {
    const reader: FileReader = new FileReader(this.#start, this.#job, {
      onExamined: (examined) => this.#events.put({ kind: 'examined', examined }),
      onLost: (culprit, others) => this.#events.put({ kind: 'lost', reader, culprit, others }),
      onFailed: (error) => this.#events.put({ kind: 'failed', error }),
    });
    return reader;
  }
}

function blame(path: string, how: Culprit['how']): string {
  return how === 'silent'
    ? `"${path}" took more than ${PATIENCE_MS / 1000} seconds to read, and was given up; open it in another program, and copy it again from its source if it is damaged.`
    : `"${path}" made the process that read it break down; open it in another program, and copy it again from its source if it is damaged.`;
}
