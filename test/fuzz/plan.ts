import { z } from 'zod';
import { PLANES } from '../../main/ingest/stored-image.ts';
import type { Plane } from '../../main/ingest/stored-image.ts';
import { Chance } from './chance.ts';
import { mutate } from './mutate.ts';
import { KINDS } from './seeds.ts';
import type { Kind, Seeds } from './seeds.ts';

/** Inputs from number `from` up to, not including, `to` of a run. */
export const Batch = z.strictObject({
  seed: z.int(),
  from: z.int(),
  to: z.int(),
  kinds: z.array(z.enum(KINDS)).min(1),
  /** With more seeds than the fixtures. */
  folders: z.array(z.string()),
});
export type Batch = z.infer<typeof Batch>;

/** What a child says of an input. */
export const Report = z.strictObject({
  input: z.int(),
  kind: z.enum(KINDS),
  /** The good file that it was made from. */
  of: z.string(),
  /** "read", the kind of an IngestError, or "failed". */
  outcome: z.string(),
  /** Why it failed. */
  detail: z.string(),
  /** Of all threads. */
  cpuMs: z.number(),
  /** The most memory of the whole process while it was read, in MiB. */
  peakMb: z.number(),
});
export type Report = z.infer<typeof Report>;

export interface Input {
  readonly kind: Kind;
  readonly name: string;
  readonly bytes: Buffer;
  readonly plane: Plane;
}

/** The input of that number: the same for the same seeds, whatever else is run. */
export function makeInput(
  { seed, kinds }: Pick<Batch, 'seed' | 'kinds'>,
  seeds: Seeds,
  input: number,
): Input {
  const chance = new Chance(seed, input);
  const kind = chance.pick(kinds);
  const files = seeds.byKind.get(kind) ?? [];
  const file = chance.pick(files);
  const other = chance.happens(0.8) ? chance.pick(files) : chance.pick([...seeds.byKind.values()].flat());
  return { kind, name: file.name, bytes: mutate(file, other, chance), plane: chance.pick(PLANES) };
}
