import { InvalidArgumentError } from 'commander';
import { CT_WINDOWS, Intensity } from '../../preload/contract.ts';

const WINDOWS = CT_WINDOWS.map(({ name }) => name).join('|');

/** How the option is written, for its help. */
export const INTENSITY_FORMS =
  `file, window:LOW,HIGH or window:${WINDOWS}, percentile:LOW,HIGH[/image|/file], ` +
  'z-score:DEVIATIONS[/image|/file]';

const NUMBER = '([+-]?[0-9.]+)';
const OVER = '(?:/(image|file))?';
const WINDOW = new RegExp(`^window:${NUMBER},${NUMBER}$`);
const NAMED_WINDOW = /^window:([a-z-]+)$/;
const PERCENTILE = new RegExp(`^percentile:${NUMBER},${NUMBER}${OVER}$`);
const Z_SCORE = new RegExp(`^z-score:${NUMBER}${OVER}$`);

/** "window:-150,250", "window:lung", "percentile:0.5,99.5/image", "z-score:3". */
export function intensity(text: string): Intensity {
  const parsed = Intensity.safeParse(fieldsOf(text.trim()));
  if (parsed.success) return parsed.data;
  const meaning = parsed.error.issues.find(({ code }) => code === 'custom');
  throw new InvalidArgumentError(meaning?.message ?? `Write it as ${INTENSITY_FORMS}.`);
}

/** Statistics are taken over the whole file where nothing is said. */
function fieldsOf(text: string): unknown {
  if (text === 'file') return { kind: 'file' };
  const named = CT_WINDOWS.find(({ name }) => name === NAMED_WINDOW.exec(text)?.[1]);
  if (named !== undefined) return { kind: 'window', low: named.low, high: named.high };
  const window = WINDOW.exec(text);
  if (window !== null) return { kind: 'window', low: Number(window[1]), high: Number(window[2]) };
  const percentile = PERCENTILE.exec(text);
  if (percentile !== null) {
    const [, low, high, over = 'file'] = percentile;
    return { kind: 'percentile', low: Number(low), high: Number(high), over };
  }
  const zScore = Z_SCORE.exec(text);
  if (zScore === null) return null;
  const [, deviations, over = 'file'] = zScore;
  return { kind: 'z-score', deviations: Number(deviations), over };
}
