/**
 * Reads hostile files, made from good ones, in processes of their own:
 *   npm run fuzz -- --inputs 100000 --seed 1 [--kinds dicom,tiff] [--seeds folder] [--jobs 2] [--record docs]
 *   npm run fuzz -- --seed 1 --input 4711 [--kinds …] [--seeds folder]   makes one of them again and reads it here
 * Files that fail are kept in a folder that is named at the end, and the exit code is 1.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { peakMemory } from './peak-memory.ts';
import { makeInput } from './plan.ts';
import { readAll } from './read-all.ts';
import { runBatch } from './run-batch.ts';
import { KINDS, readSeeds } from './seeds.ts';
import { Tally } from './tally.ts';

/** Inputs of one process: enough that starting it does not count. */
const BATCH = 500;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '2000' },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    kinds: { type: 'string', default: KINDS.join(',') },
    seeds: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1' },
    input: { type: 'string' },
    record: { type: 'string' },
  },
});
const whole = z.coerce.number().int().nonnegative();
const [seed, first, inputs, jobs] = [values.seed, values.first, values.inputs, values.jobs].map((n) =>
  whole.parse(n),
);
const plan = {
  seed: seed ?? 0,
  kinds: z.array(z.enum(KINDS)).parse(values.kinds.split(',')),
  folders: values.seeds.map((folder) => resolve(folder)),
};
const seeds = readSeeds(plan.folders);
const kept = mkdtempSync(join(tmpdir(), 'flowscreen-fuzz-failed-'));

if (values.input === undefined)
  await runAll(first ?? 0, (first ?? 0) + (inputs ?? 0), Math.max(1, jobs ?? 1));
else await runOne(whole.parse(values.input));

async function runAll(from: number, to: number, side: number): Promise<void> {
  const tally = new Tally(plan.seed);
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const start = next;
      next = Math.min(to, start + BATCH);
      const { reports, failures } = await runBatch({ ...plan, from: start, to: next });
      tally.add(reports, failures);
      for (const { input, why } of failures) {
        console.error(`input ${input}: ${why}\n  kept as ${keep(input)}`);
        process.exitCode = 1;
      }
      console.log(tally.line());
    }
  };
  await Promise.all(Array.from({ length: side }, work));
  console.log(JSON.stringify(tally.figures(), null, 2));
  if (values.record !== undefined)
    await tally.record(values.record, `npm run fuzz -- ${process.argv.slice(2).join(' ')}`);
}

async function runOne(input: number): Promise<void> {
  const path = keep(input);
  console.log(path);
  const before = process.cpuUsage();
  console.log(await readAll(path, makeInput(plan, seeds, input).plane));
  const { user, system } = process.cpuUsage(before);
  console.log(`${(user + system) / 1000} ms, ${peakMemory()} MiB`);
}

/** @returns where it lies */
function keep(input: number): string {
  const { name, bytes } = makeInput(plan, seeds, input);
  const folder = join(kept, `${plan.seed}-${input}`);
  mkdirSync(folder, { recursive: true });
  for (const beside of seeds.beside) writeFileSync(join(folder, beside.name), beside.bytes);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
