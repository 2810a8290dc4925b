/** The side of a process for reading folders: it lists a folder, or reads files one after the other, and keeps nothing. */
import { driveLost } from '../ingest/drive.ts';
import { countEntries } from '../ingest/count-entries.ts';
import { IngestError } from '../ingest/errors.ts';
import type { ListedFile } from '../ingest/examine.ts';
import { type Found, FolderWalk } from '../ingest/walk.ts';
import { failureOf } from './failures.ts';
import type { JobParent } from './job-process.ts';
import { type FromReader, type ToReader, toReader } from './scan-protocol.ts';
import { yieldTheProcessor } from './yield-the-processor.ts';

/** Entries in one message. */
const LISTED_AT_ONCE = 256;
/** Messages that may wait to be taken, so that the list of a large folder is never in memory as a whole. */
const MOST_AHEAD = 4;

/** Images up to this size need no time of their own. */
const ORDINARY_PIXELS = 2 ** 20;
/** So often the parent hears of a file that goes on, at least between its images. */
const SAID_EVERY_MS = 500;

/** What takes the messages of the parent. */
export function readingDesk(parent: JobParent): (message: unknown) => void {
  const post = (message: FromReader) => parent.post(message);
  const lister = new Lister(post);
  let reader: Promise<Reader> | null = null;
  return (message) => {
    const request: ToReader = toReader.parse(message);
    switch (request.kind) {
      case 'list':
        void lister.list(request.root);
        return;
      case 'more':
        lister.more();
        return;
      case 'probe':
        void lister.probe(request.relativePath);
        return;
      case 'read':
        if (request.background) yieldTheProcessor();
        reader = openReader(request, post);
        return;
      case 'examine':
        void reader?.then((opened) => opened.examine(request.files));
        return;
    }
  };
}

class Lister {
  readonly #post: (message: FromReader) => void;
  #walk: FolderWalk | null = null;
  #ahead = 0;
  #onMore: (() => void) | null = null;

  constructor(post: (message: FromReader) => void) {
    this.#post = post;
  }

  async list(root: string): Promise<void> {
    const walk = new FolderWalk(root);
    this.#walk = walk;
    try {
      let waiting: Found[] = [];
      let isCounted = false;
      for await (const found of walk.entries()) {
        // Not before it is known that the folder can be listed.
        if (!isCounted) void this.#count(root);
        isCounted = true;
        waiting.push(found);
        if (waiting.length < LISTED_AT_ONCE) continue;
        await this.#hand(waiting);
        waiting = [];
      }
      if (waiting.length > 0) await this.#hand(waiting);
      this.#post({ kind: 'walked' });
    } catch (error) {
      this.#post({ kind: 'failed', failure: failureOf(error) });
    }
  }

  more(): void {
    this.#ahead -= 1;
    this.#onMore?.();
  }

  async probe(relativePath: string): Promise<void> {
    try {
      await this.#walk?.checkReached(relativePath);
      this.#post({ kind: 'probed', failure: null });
    } catch (error) {
      const lost = error instanceof IngestError ? error : driveLost(relativePath, { cause: error });
      this.#post({ kind: 'probed', failure: failureOf(lost) });
    }
  }

  async #count(root: string): Promise<void> {
    this.#post({ kind: 'counted', entries: await countEntries(root) });
  }

  async #hand(found: Found[]): Promise<void> {
    this.#post({ kind: 'listed', found });
    this.#ahead += 1;
    while (this.#ahead >= MOST_AHEAD) {
      await new Promise<void>((resolve) => {
        this.#onMore = resolve;
      });
    }
  }
}

interface Reader {
  examine(files: readonly ListedFile[]): void;
}

/** Decoders are loaded here alone: a process that lists needs none. */
async function openReader(
  { root, purpose }: Extract<ToReader, { kind: 'read' }>,
  post: (message: FromReader) => void,
): Promise<Reader> {
  const { examine } = await import('../ingest/examine.ts');
  let work = Promise.resolve();
  let saidAt = performance.now();
  const say = (message: FromReader) => {
    saidAt = performance.now();
    post(message);
  };
  // A message for each of many small images would take longer than they.
  const step = (pixels: number) => {
    if (pixels > ORDINARY_PIXELS || performance.now() - saidAt > SAID_EVERY_MS) say({ kind: 'step', pixels });
  };
  const examineAll = async (files: readonly ListedFile[]) => {
    for (const file of files) {
      const examined = await examine(root, file, purpose, ({ width, height }) => step(width * height));
      say({ kind: 'examined', examined });
    }
  };
  post({ kind: 'ready' });
  return {
    examine: (files) => {
      work = work.then(() => examineAll(files));
    },
  };
}
