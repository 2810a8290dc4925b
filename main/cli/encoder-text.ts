import type { EncoderSummary } from '../../preload/contract.ts';
import { commandLineText, quoted } from './command-line-text.ts';
import type { GlobalOptions } from './session.ts';
import { durationText } from './terminal/numbers.ts';
import { facts } from './terminal/table.ts';

/** "7x7 of 512", "of 512" where its size is that of the images; nothing where there is none. */
export function gridText({ grid, hasGrid, size }: EncoderSummary): string {
  if (grid === null) return hasGrid ? 'yes' : '';
  return size === null ? `of ${grid.dimensions}` : `${grid.height}x${grid.width} of ${grid.dimensions}`;
}

/** "224x224 colour" */
export function inputText({ size, channels }: EncoderSummary): string {
  const pixels = size === null ? 'any size' : `${size.height}x${size.width}`;
  if (channels === null) return pixels;
  return `${pixels} ${channels === 1 ? 'grey' : 'colour'}`;
}

/** What was added or trained, and what to do with it. */
export function encoderText(encoder: EncoderSummary, globals: GlobalOptions): string {
  const { name, dimensions, normalisation, training } = encoder;
  const shown: [string, string][] = [
    ['encoder', name],
    ['vector', `${dimensions ?? 0} dimensions`],
    ['map', encoder.grid === null ? 'none: it gives no heatmaps' : gridText(encoder)],
    ['images', `${inputText(encoder)}, normalised ${normalisation ?? ''}`],
  ];
  if (training !== null) {
    const { heldOutLoss, steps, seconds, device } = training;
    shown.push(['held-out', `${heldOutLoss.toFixed(3)} nats, at step ${steps}`]);
    shown.push(['time', `${durationText(seconds)} on ${device}`]);
  }
  const next = commandLineText(
    `fit <dataset> --name <name> --detector patch-memory --encoder ${quoted(name)}`,
    globals,
  );
  return `${facts(shown)}\n\nFit a detector on its features: ${next}`;
}
