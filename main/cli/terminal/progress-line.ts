import { durationText } from './numbers.ts';

/** Where a piece of work is. */
export interface ProgressState {
  readonly title: string;
  readonly done: number;
  /** Null while nobody knows how much there is. */
  readonly total: number | null;
  /** What is counted: "steps", "images". */
  readonly unit: string;
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Anything else worth knowing, e.g. "3.41 bits/dim"; empty for nothing. */
  readonly note: string;
}

const BAR_WIDTH = 20;

/** One line of plain text, with a bar where the total is known. */
export function progressLine(state: ProgressState, bar: boolean): string {
  const { title, done, total, unit, imagesPerSecond, secondsLeft, note } = state;
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const count = (value: number) => value.toLocaleString('en-US');
  return [
    title,
    ...(share === null || !bar ? [] : [barOf(share)]),
    ...(share === null ? [] : [`${Math.floor(share * 100)} %`.padStart(5)]),
    total === null ? `${count(done)} ${unit}` : `${count(done)}/${count(total)} ${unit}`,
    ...(imagesPerSecond === null ? [] : [`${rateText(imagesPerSecond)} images/s`]),
    ...(secondsLeft === null ? [] : [`${durationText(secondsLeft)} left`]),
    ...(note === '' ? [] : [note]),
  ].join('  ');
}

function barOf(share: number): string {
  const full = Math.floor(share * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

function rateText(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US');
}
