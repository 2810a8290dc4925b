/** Reads the inputs of one batch, one after the other; a line of JSON for each. */
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetPeak, peakMemory } from './peak-memory.ts';
import { Batch, makeInput } from './plan.ts';
import type { Report } from './plan.ts';
import { readAll } from './read-all.ts';
import { readSeeds } from './seeds.ts';

const batch = Batch.parse(JSON.parse(process.argv[2] ?? ''));
const seeds = readSeeds(batch.folders);
const folder = mkdtempSync(join(tmpdir(), 'flowscreen-fuzz-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
for (const { name, bytes } of seeds.beside) writeFileSync(join(folder, name), bytes);

for (let input = batch.from; input < batch.to; input++) {
  const { kind, name, bytes, plane } = makeInput(batch, seeds, input);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  forgetPeak();
  const before = process.cpuUsage();
  const result = await readAll(path, plane).then(
    (outcome) => ({ outcome: outcome.kind === 'read' ? 'read' : outcome.error, detail: '' }),
    (thrown: unknown) => ({ outcome: 'failed', detail: described(thrown) }),
  );
  const { user, system } = process.cpuUsage(before);
  rmSync(path);
  const report: Report = {
    input,
    kind,
    of: name,
    ...result,
    cpuMs: (user + system) / 1000,
    peakMb: peakMemory(),
  };
  // Written at once: who dies at the next input has said so much.
  writeSync(1, `${JSON.stringify(report)}\n`);
}

function described(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : `thrown: ${String(thrown)}`;
}
