/** Seeds measured on another day, joined to those that are recorded: a suite of hours need not be done in one go, or on one machine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { storedFigures } from '../stored-figures.ts';
import { type Figure, figureSchema, fileStem } from './figures.ts';

/** The recorded figures are of other things than those to be joined to them. The message is one sentence. */
export class SeedsNotJoined extends Error {
  readonly kind = 'seeds-not-joined';

  constructor(recorded: string, why: string) {
    super(`The figures recorded as "${recorded}" ${why}; measure all seeds again, without --first-seed.`);
    this.name = 'SeedsNotJoined';
  }
}

export interface RecordedSeeds {
  readonly path: string;
  readonly figures: readonly Figure[];
}

/**
 * @param folder of the results
 * @throws FiguresError when the file is malformed, SeedsNotJoined unless it holds the seeds 1 to `first` − 1
 */
export async function recordedSeeds(
  folder: string,
  suite: string,
  preset: string,
  first: number,
): Promise<RecordedSeeds> {
  const path = join(folder, `${fileStem({ suite, preset })}.json`);
  if (!existsSync(path)) throw new SeedsNotJoined(path, 'are not there');
  const figures = await storedFigures(path, z.array(figureSchema));
  const needed = Array.from({ length: first - 1 }, (_, index) => index + 1);
  const others = figures.find(({ seeds }) => String(seeds) !== String(needed));
  if (others !== undefined) {
    throw new SeedsNotJoined(path, `are of seeds ${others.seeds.join(', ')}, not ${needed.join(', ')}`);
  }
  return { path, figures };
}

/** What two figures must have in common to be of the same thing. */
const SAME = [
  'suite',
  'detector',
  'score',
  'inDistribution',
  'outDistribution',
  'oneClass',
  'preset',
  'device',
  'dataFingerprint',
] as const satisfies readonly (keyof Figure)[];

/**
 * @param later of other seeds, in the order of the recorded ones
 * @throws SeedsNotJoined where they are of other detectors, data or devices
 */
export function joinedSeeds({ path, figures }: RecordedSeeds, later: readonly Figure[]): Figure[] {
  if (figures.length !== later.length) {
    throw new SeedsNotJoined(path, `number ${figures.length}, not ${later.length}`);
  }
  return later.map((figure, index) => {
    const earlier = figures[index];
    const other = SAME.find((name) => earlier?.[name] !== figure[name]);
    if (earlier === undefined || other !== undefined) {
      throw new SeedsNotJoined(path, `differ from the new ones in ${other ?? 'number'}`);
    }
    return joined(earlier, figure);
  });
}

function joined(earlier: Figure, later: Figure): Figure {
  const [before, after] = [earlier.seeds.length, later.seeds.length];
  const all = before + after;
  const meanOf = (first: number, second: number) => (before * first + after * second) / all;
  const auroc = meanOf(earlier.auroc, later.auroc);
  // As meanInterval has it of all seeds together: widths combine as standard errors do.
  const half = Math.hypot(before * halfWidth(earlier), after * halfWidth(later)) / all;
  const bits = [earlier.bitsPerDim, later.bitsPerDim] as const;
  return {
    ...later,
    auroc,
    ciLow: Math.max(0, auroc - half),
    ciHigh: Math.min(1, auroc + half),
    aurocBySeed: [...earlier.aurocBySeed, ...later.aurocBySeed],
    seeds: [...earlier.seeds, ...later.seeds],
    bitsPerDim: bits[0] === null || bits[1] === null ? null : meanOf(bits[0], bits[1]),
    seconds: earlier.seconds + later.seconds,
  };
}

/** The longer half: the other may be cut off at 0 or 1. */
function halfWidth({ auroc, ciLow, ciHigh }: Figure): number {
  return Math.max(auroc - ciLow, ciHigh - auroc);
}
