/** What becomes of files made by hand to do harm: each is read or refused within seconds of processor time and within memory. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { forgetPeak, peakMemory } from '../../../fuzz/peak-memory.ts';
import { readAll } from '../../../fuzz/read-all.ts';
import { MOST_CPU_MS, MOST_MEMORY_MB } from '../../../fuzz/run-batch.ts';

export let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowscreen-bombs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What became of a file: "read", or the kind of its error. */
export async function outcomeOf(path: string): Promise<string> {
  forgetPeak();
  const before = process.cpuUsage();
  const outcome = await readAll(path, 'axial');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(MOST_CPU_MS);
  expect(peakMemory()).toBeLessThan(MOST_MEMORY_MB);
  return outcome.kind === 'read' ? 'read' : outcome.error;
}

export async function outcomeOfBytes(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  try {
    return await outcomeOf(path);
  } finally {
    await rm(path);
  }
}
