/** Folders read in real processes: what those do when files hang or kill them, and when the folder goes away. */
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IngestError } from '../../../main/ingest/errors.ts';
import { forkJobProcess } from '../../../main/jobs/forked-process.ts';
import type { StartJobProcess } from '../../../main/jobs/job-process.ts';
import { type ScanJob, type ScanMessage, type ScanResult, runScanJob } from '../../../main/jobs/scan-job.ts';
import { FIXTURES, withFolder } from '../ingest/fixtures.ts';
import { startPoisonedProcess } from './poisoned-process.ts';

interface Options {
  readonly start?: StartJobProcess;
  readonly choose?: ScanJob['choose'];
  readonly signal?: AbortSignal;
  readonly onMessage?: (message: ScanMessage) => Promise<void> | void;
}

const all: ScanJob['choose'] = (files) => files.map((file) => ({ ...file, sha256: null }));

async function scan(root: string, options: Options = {}): Promise<ScanResult[]> {
  const {
    start = forkJobProcess,
    choose = all,
    signal = new AbortController().signal,
    onMessage = () => undefined,
  } = options;
  const job = { root, purpose: { kind: 'images', plane: 'axial' }, background: false, choose } as const;
  const results: ScanResult[] = [];
  for await (const message of runScanJob(start, job, signal)) {
    if (message.kind === 'results') results.push(...message.results);
    await onMessage(message);
  }
  return results;
}

/** What was found out, by path. */
function outline(results: readonly ScanResult[]): Record<string, string> {
  return Object.fromEntries(
    results.map((result) => {
      switch (result.state) {
        case 'read':
        case 'unlisted':
          return [result.entry.relativePath, result.entry.status];
        case 'same':
        case 'content':
          return [result.file.relativePath, result.state];
        case 'unchanged':
        case 'gone':
          return [result.relativePath, result.state];
      }
    }),
  );
}

async function plant(root: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await copyFile(join(FIXTURES, 'grey8.png'), join(root, name));
  }
}

const many = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}.png`);

describe('a scan', () => {
  it('finds what a walk finds, in whatever order', async () => {
    await withFolder(async (root) => {
      await plant(root, 'a/1.png', 'b/2.png', '.hidden/3.png');
      await writeFile(join(root, 'notes.txt'), 'text');
      expect(outline(await scan(root))).toEqual({
        'a/1.png': 'readable',
        'b/2.png': 'readable',
        '.hidden': 'skipped',
        'notes.txt': 'skipped',
      });
    });
  });

  it('counts first, and reads only what is chosen', async () => {
    await withFolder(async (root) => {
      await plant(root, ...many(40, 'x/'));
      const counted: number[] = [];
      const results = await scan(root, {
        choose: (files) =>
          files
            .filter(({ relativePath }) => relativePath.endsWith('7.png'))
            .map((file) => ({ ...file, sha256: null })),
        onMessage: (message) => {
          if (message.kind === 'counted') counted.push(message.entries);
        },
      });
      expect(counted).toEqual([40]);
      const states = Object.values(outline(results));
      expect(states.filter((state) => state === 'readable')).toHaveLength(4);
      expect(states.filter((state) => state === 'unchanged')).toHaveLength(36);
    });
  });

  it('goes on past files at which the decoder hangs or dies: each is broken, and says why', async () => {
    await withFolder(async (root) => {
      await plant(root, 'a.png', 'dies.png', 'e.png', 'hangs.png', 'z.png');
      const results = await scan(root, { start: startPoisonedProcess });
      expect(outline(results)).toEqual({
        'a.png': 'readable',
        'dies.png': 'broken',
        'e.png': 'readable',
        'hangs.png': 'broken',
        'z.png': 'readable',
      });
      const reasons = results.flatMap((result) =>
        result.state === 'read' && result.entry.status === 'broken' ? [result.entry] : [],
      );
      // Another decoder, or a machine with more time, may read them: nothing is remembered.
      expect(reasons.map(({ sizeBytes }) => sizeBytes)).toEqual([null, null]);
      expect(reasons[0]?.reason).toContain('dies.png" made the process that read it break down');
      expect(reasons[1]?.reason).toContain('hangs.png" took more than 5 seconds');
    });
  }, 60_000);

  it('ends when it is stopped, with what was found so far', async () => {
    await withFolder(async (root) => {
      await plant(root, ...many(400, ''));
      const stopping = new AbortController();
      const kinds: string[] = [];
      const results = await scan(root, {
        signal: stopping.signal,
        onMessage: ({ kind }) => {
          kinds.push(kind);
          if (kind === 'results') stopping.abort();
        },
      });
      expect(kinds.at(-1)).toBe('stopped');
      expect(results.length).toBeGreaterThan(0);
      expect(results.length).toBeLessThan(400);
    });
  });
});

describe('a folder that goes away while it is scanned', () => {
  it('is a lost drive: no file of it is called broken or gone', async () => {
    await withFolder(async (folder) => {
      const root = join(folder, 'drive');
      await plant(root, ...many(800, 'sub/'));
      const seen: ScanResult[] = [];
      const scanning = scan(root, {
        onMessage: async (message) => {
          if (message.kind !== 'results') return;
          if (seen.length === 0) await rename(root, join(folder, 'elsewhere'));
          seen.push(...message.results);
        },
      });
      await expect(scanning).rejects.toMatchObject({ name: 'IngestError', kind: 'drive-lost' });
      expect(new Set(Object.values(outline(seen)))).toEqual(new Set(['readable']));
      expect(seen.length).toBeLessThan(800);
    });
  });

  it('is lost, too, where an empty folder takes its place, as when a drive is unmounted', async () => {
    await withFolder(async (folder) => {
      const root = join(folder, 'drive');
      await plant(root, ...many(800, 'sub/'));
      let first = true;
      const scanning = scan(root, {
        onMessage: async (message) => {
          if (message.kind !== 'results' || !first) return;
          first = false;
          await rename(root, join(folder, 'elsewhere'));
          await mkdir(root);
        },
      });
      await expect(scanning).rejects.toMatchObject({ kind: 'drive-lost' });
    });
  });

  it('is another matter than a file that is deleted meanwhile', async () => {
    await withFolder(async (root) => {
      await plant(root, ...many(300, 'sub/'));
      const results = await scan(root, {
        onMessage: async (message) => {
          if (message.kind === 'results') await rm(join(root, 'sub', '99.png'), { force: true });
        },
      });
      const { 'sub/99.png': last, ...others } = outline(results);
      expect(last).toBe('gone');
      expect(new Set(Object.values(others))).toEqual(new Set(['readable']));
    });
  });

  it('that was never there is refused as any folder is', async () => {
    await withFolder(async (folder) => {
      const refused: unknown = await scan(join(folder, 'nowhere')).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(IngestError);
      expect(refused).toMatchObject({ kind: 'not-found' });
    });
  });
});
