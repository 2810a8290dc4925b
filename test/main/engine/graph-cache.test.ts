import { chmodSync, readFileSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cachedGraph, graphKey } from '../../../main/engine/graph-cache.ts';
import { fillDisk, noSmallDiskBecause, smallDisk } from '../store/small-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

const KEY = graphKey('glow 8×64, batch 32');
const GRAPH = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
const silent = { report: (message: string) => expect.fail(message) };

/** A compiler that counts how often it is asked. */
function compiler(graph: Uint8Array<ArrayBuffer> = GRAPH) {
  const state = { runs: 0 };
  return {
    state,
    compile: () => {
      state.runs++;
      return graph;
    },
  };
}

describe('the graph cache', () => {
  it('compiles once, and gives the same bytes afterwards', async () => {
    const folder = join(temporaryFolder(), 'made', 'when', 'missing');
    const { state, compile } = compiler();
    for (let round = 0; round < 3; round++) {
      expect(Buffer.from(await cachedGraph(folder, KEY, compile, silent)).equals(GRAPH)).toBe(true);
    }
    expect(state.runs).toBe(1);
    expect(readdirSync(folder)).toEqual([`${KEY}.graph`]);
  });

  it('keeps graphs of different descriptions apart', () => {
    expect(graphKey('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(graphKey('a')).toBe(graphKey('a'));
    expect(graphKey('a')).not.toBe(graphKey('b'));
  });

  const damages: readonly (readonly [string, (file: string) => void])[] = [
    ['cut short', (file) => truncateSync(file, 100)],
    ['empty', (file) => truncateSync(file, 0)],
    ['another file', (file) => writeFileSync(file, 'not a graph')],
    [
      'changed in one bit',
      (file) => {
        const bytes = readFileSync(file);
        bytes[3000] = (bytes[3000] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
  ];
  it.each(damages)('compiles anew what is %s, and mends it', async (_, damage) => {
    const folder = temporaryFolder();
    const { state, compile } = compiler();
    await cachedGraph(folder, KEY, compile, silent);
    damage(join(folder, `${KEY}.graph`));
    expect(Buffer.from(await cachedGraph(folder, KEY, compile, silent)).equals(GRAPH)).toBe(true);
    await cachedGraph(folder, KEY, compile, silent);
    expect(state.runs).toBe(2);
  });

  it('gives up what was not used for longest, and never what it has just kept', async () => {
    const folder = temporaryFolder();
    const { compile } = compiler();
    const limited = { ...silent, limitBytes: 3 * 5100 };
    const keys = ['a', 'b', 'c'].map(graphKey);
    for (const [age, key] of keys.entries()) {
      await cachedGraph(folder, key, compile, limited);
      utimesSync(join(folder, `${key}.graph`), 1000 + age, 1000 + age);
    }
    // Reading makes the oldest the newest.
    await cachedGraph(folder, keys[0] ?? '', compile, limited);
    const last = graphKey('d');
    await cachedGraph(folder, last, compile, limited);
    const kept = [keys[0], keys[2], last].map((key) => `${key ?? ''}.graph`);
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });

  it('removes what a dead process left half written, and nothing that is not its own', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'old.partial'), 'half');
    utimesSync(join(folder, 'old.partial'), 1000, 1000);
    writeFileSync(join(folder, 'fresh.partial'), 'half');
    writeFileSync(join(folder, 'notes.txt'), 'a person wrote this');
    await cachedGraph(folder, KEY, compiler().compile, { ...silent, limitBytes: 6000 });
    expect(readdirSync(folder).sort()).toEqual([`${KEY}.graph`, 'fresh.partial', 'notes.txt'].sort());
  });

  it('does not keep a graph larger than its limit', async () => {
    const folder = temporaryFolder();
    const { state, compile } = compiler();
    for (let round = 0; round < 2; round++) {
      await cachedGraph(folder, KEY, compile, { ...silent, limitBytes: 100 });
    }
    expect(state.runs).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)(
    'says in one sentence that it may not write, and gives the graph (root may write anywhere: skipped for root)',
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o500);
      await expectReported(folder, 'no permission');
    },
  );

  it('says in one sentence that its folder is a file, and gives the graph', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expectReported(file, 'could not be');
  });
});

const missing = noSmallDiskBecause();

describe.skipIf(missing !== undefined)(
  missing === undefined
    ? 'the graph cache on a full disk'
    : `the graph cache on a full disk (skipped: ${missing})`,
  () => {
    it('says so in one sentence, leaves nothing half written, and gives the graph', async () => {
      const folder = smallDisk(256);
      const filler = fillDisk(folder);
      await expectReported(folder, 'the disk is full');
      expect(readdirSync(folder)).toEqual([filler.slice(folder.length + 1)]);
    });
  },
);

async function expectReported(folder: string, reason: string): Promise<void> {
  const reports: string[] = [];
  const { compile } = compiler();
  const graph = await cachedGraph(folder, KEY, compile, { report: (message) => reports.push(message) });
  expect(Buffer.from(graph).equals(GRAPH)).toBe(true);
  expect(reports.length).toBeGreaterThan(0);
  for (const report of reports) expect(report).toMatch(/^[A-Z][^\n]*; [^\n]*\.$/);
  expect(reports.join(' ')).toContain(reason);
}
