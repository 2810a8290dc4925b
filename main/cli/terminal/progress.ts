import { createLogUpdate } from 'log-update';
import { characters } from './printable.ts';
import { type ProgressState, progressLine } from './progress-line.ts';

export type ProgressUpdate = Omit<ProgressState, keyof ProgressTitle>;

/** Shows how far one piece of work is. */
export interface Progress {
  update(update: ProgressUpdate): void;
  /** A message between; it stays on the screen. */
  say(message: string): void;
  /** Takes the bar away and, unless nothing was ever shown, leaves the last state as a line. */
  finish(): void;
}

export interface ProgressTitle {
  /** What is going on, e.g. "Fitting mri-flair". */
  readonly title: string;
  /** What is counted, in the plural. */
  readonly unit: string;
}

/** A person reads no faster, and a terminal over a network should not have to draw more. */
const REDRAW_MS = 100;
/** A log file should not fill with progress. */
const LINE_MS = 10_000;

/** A line that is drawn over itself on a terminal, and a plain line now and then elsewhere. */
export function showProgress(title: ProgressTitle, stream: NodeJS.WriteStream): Progress {
  const live = canRedraw(stream) ? createLogUpdate(stream) : null;
  let last: ProgressUpdate | null = null;
  let shownAt = live === null ? performance.now() : -Infinity;
  return {
    update(update) {
      last = update;
      const now = performance.now();
      if (now - shownAt < (live === null ? LINE_MS : REDRAW_MS)) return;
      shownAt = now;
      if (live === null) stream.write(`${progressLine({ ...title, ...update }, false)}\n`);
      else live(fitting({ ...title, ...update }, stream.columns));
    },
    say(message) {
      if (live === null) stream.write(`${message}\n`);
      else live.persist(message);
    },
    finish() {
      live?.clear();
      live?.done();
      if (last !== null) stream.write(`${progressLine({ ...title, ...last, secondsLeft: null }, false)}\n`);
      last = null;
    },
  };
}

/** A terminal that knows its size and moves its cursor; recorders and editors offer some that do not. */
function canRedraw({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  return isTTY && process.env['TERM'] !== 'dumb' && columns > 0 && rows > 0;
}

/** One line: a wrapped one would make the bar jump. Numbers are worth more than the bar, and the note comes last. */
function fitting(state: ProgressState, columns: number): string {
  const whole = progressLine(state, true);
  if (characters(whole).length < columns) return whole;
  return characters(progressLine(state, false))
    .slice(0, columns - 1)
    .join('');
}
