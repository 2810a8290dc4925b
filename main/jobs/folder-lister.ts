/** The parent's side of a process that lists a folder. */
import { driveLost } from '../ingest/drive.ts';
import type { Found } from '../ingest/walk.ts';
import { errorOf } from './failures.ts';
import { badMessage, processDied } from './job-error.ts';
import type { JobProcess, StartJobProcess } from './job-process.ts';
import { fromReader } from './scan-protocol.ts';
import { Silence } from './silence.ts';

/** A drive that answers nothing for so long is gone. */
const PROBE_MS = 5000;
/** A folder may take long to list; after so much silence the drive is asked whether it is there. */
const LISTING_MS = 10_000;

export interface ListerEvents {
  onListed(found: readonly Found[]): void;
  /** About how many entries there are. */
  onCounted(entries: number): void;
  onWalked(): void;
  /** The folder cannot be listed (further). */
  onFailed(error: Error): void;
}

export class FolderLister {
  readonly #process: JobProcess;
  readonly #root: string;
  readonly #events: ListerEvents;
  readonly #silence = new Silence();
  #owes = 0;
  #isWalking = true;
  /** Probes, one after the other. */
  #asked: Promise<Error | null> = Promise.resolve(null);
  #probing: ((lost: Error | null) => void) | null = null;
  #failed: Error | null = null;

  constructor(start: StartJobProcess, root: string, events: ListerEvents) {
    this.#process = start('read');
    this.#root = root;
    this.#events = events;
    this.#process.onMessage((message) => this.#take(message));
    this.#process.onExit((how) => this.#fail(processDied(how)));
    this.#process.post({ kind: 'list', root });
  }

  /** One more part of the list may come. */
  more(): void {
    this.#owes -= 1;
    this.#silence.broken();
    this.#process.post({ kind: 'more' });
  }

  /** Whether what is above a path that could not be read still is what was listed; if not, why. */
  probe(relativePath: string): Promise<Error | null> {
    this.#asked = this.#asked.then(() => this.#ask(relativePath));
    return this.#asked;
  }

  /** To be called as often as {@link Silence} says. */
  tick(): void {
    const silentMs = this.#silence.tick();
    if (this.#probing !== null) {
      if (silentMs > PROBE_MS) this.#probing(driveLost(this.#root));
      return;
    }
    if (this.#isWalking && this.#owes === 0 && silentMs > LISTING_MS) {
      void this.probe('').then((lost) => {
        if (lost !== null) this.#fail(lost);
      });
    }
  }

  close(): void {
    this.#process.kill();
  }

  async #ask(relativePath: string): Promise<Error | null> {
    if (this.#failed !== null) return this.#failed;
    const answer = new Promise<Error | null>((resolve) => {
      this.#probing = resolve;
    });
    this.#silence.broken();
    this.#process.post({ kind: 'probe', relativePath });
    const lost = await answer;
    this.#probing = null;
    return lost;
  }

  #take(message: unknown): void {
    const parsed = fromReader.safeParse(message);
    this.#silence.broken();
    if (!parsed.success) {
      this.#fail(badMessage(parsed.error));
      return;
    }
    switch (parsed.data.kind) {
      case 'listed':
        this.#owes += 1;
        this.#events.onListed(parsed.data.found);
        return;
      case 'counted':
        this.#events.onCounted(parsed.data.entries);
        return;
      case 'walked':
        this.#isWalking = false;
        this.#events.onWalked();
        return;
      case 'probed':
        this.#probing?.(parsed.data.failure === null ? null : errorOf(parsed.data.failure));
        return;
      case 'failed':
        this.#fail(errorOf(parsed.data.failure));
        return;
      case 'ready':
      case 'step':
      case 'examined':
        this.#fail(badMessage(new Error(`a process that lists said ${parsed.data.kind}`)));
    }
  }

  #fail(error: Error): void {
    if (this.#failed !== null) return;
    this.#failed = error;
    this.#probing?.(error);
    this.#events.onFailed(error);
  }
}
