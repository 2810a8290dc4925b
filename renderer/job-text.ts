import type { RouteLocationRaw } from 'vue-router';
import type { Job, RelinkOutcome, ScanOutcome } from '../preload/contract.ts';
import { countText, durationText } from './format.ts';
import { lossText } from './loss-text.ts';

/** From 0 to 1; null while nobody knows how much there is. */
export const shareDone = ({ done, total }: Job): number | null =>
  total === null || total === 0 ? null : Math.min(done / total, 1);

const NOUNS = {
  scan: 'files',
  relink: 'files',
  fit: 'steps',
  'train-encoder': 'steps',
  screen: 'images',
  example: 'images',
} as const;
/** The example first counts what it adds: a handful of things whose number says nothing. */
const FEW = 10;

/** How far a job is, in a line: "scoring · 120 of 800 images · 43 images/s · 16 s left". */
export function progressText(job: Job): string {
  const { phase, imagesPerSecond, secondsLeft } = job;
  const parts = [
    phase,
    amountText(job),
    imagesPerSecond === null
      ? ''
      : `${countText(imagesPerSecond)} ${NOUNS[job.kind] === 'files' ? 'files' : 'images'}/s`,
    secondsLeft === null ? '' : `${durationText(secondsLeft)} left`,
    job.kind === 'train-encoder' ? encoderLoss(job) : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function encoderLoss({ loss, heldOutLoss }: Extract<Job, { kind: 'train-encoder' }>): string {
  if (loss === null) return '';
  return heldOutLoss === null
    ? lossText(loss, 'nats', 2)
    : `${lossText(loss, 'nats', 2)} (held out ${heldOutLoss.toFixed(2)})`;
}

function amountText({ kind, done, total }: Job): string {
  const noun = NOUNS[kind];
  // What is computed in one go has no steps.
  if (total === null || total === 0) return done > 0 ? `${countText(done)} ${noun}` : '';
  return kind === 'example' && total < FEW ? '' : `${countText(done)} of ${countText(total)} ${noun}`;
}

/** What a job came to, or what stopped it. */
export function outcomeText(job: Job): string {
  switch (job.status) {
    case 'running':
    case 'stopping':
      return progressText(job);
    case 'stopped':
      return job.error?.message ?? (job.resumable ? 'Stopped; it can go on from where it was.' : 'Stopped.');
    case 'failed':
      return job.error?.message ?? 'It failed.';
    case 'done':
      return doneText(job);
  }
}

function doneText(job: Job): string {
  switch (job.kind) {
    case 'scan': {
      const rest = [
        job.skipped > 0 ? `${countText(job.skipped)} skipped` : '',
        job.broken > 0 ? `${countText(job.broken)} broken` : '',
      ].filter((part) => part !== '');
      const again = job.outcome === null ? '' : scanOutcomeText(job.outcome);
      return again === ''
        ? [`${countText(job.readable, 'image')} can be read`, ...rest].join(', ') + '.'
        : again;
    }
    case 'relink':
      return job.outcome === null ? 'Its new place is taken.' : relinkOutcomeText(job.outcome);
    case 'fit':
      return job.heldOutLoss === null
        ? 'The model is ready.'
        : `The model is ready: ${job.unit === 'loss' ? 'loss ' : ''}${lossText(job.heldOutLoss, job.unit)} on held-out images.`;
    case 'train-encoder':
      return 'The encoder is ready.';
    case 'screen':
      return job.failed === 0
        ? `${countText(job.done, 'image')} scored.`
        : `${countText(job.done, 'image')} scored, ${countText(job.failed)} could not be.`;
    case 'example':
      return 'The example is ready to explore.';
  }
}

/** What a second scan has found; empty for a first one, which finds new files alone. */
export function scanOutcomeText({ added, changed, unchanged, moved, gone }: ScanOutcome): string {
  if (changed + unchanged + moved + gone === 0) return '';
  const parts = Object.entries({ new: added, changed, moved, gone }).flatMap(([what, count]) =>
    count === 0 ? [] : [`${countText(count)} ${what}`],
  );
  const same = `${countText(unchanged, 'file')} as ${unchanged === 1 ? 'it was' : 'they were'}`;
  return `${[...parts, same].join(', ')}.`;
}

function relinkOutcomeText({ matched, moved, missing, unclear }: RelinkOutcome): string {
  const parts = [
    `${countText(matched, 'file')} found in ${matched === 1 ? 'its place' : 'their places'}`,
    ...(moved === 0 ? [] : [`${countText(moved)} at other places`]),
    ...(missing === 0 ? [] : [`${countText(missing)} missing`]),
    ...(unclear === 0 ? [] : [`${countText(unclear)} not told apart from copies`]),
  ];
  return `${parts.join(', ')}.`;
}

/** Where to see what a job makes; null before there is anything. */
export function placeOf(job: Job): { readonly to: RouteLocationRaw; readonly label: string } | null {
  switch (job.kind) {
    case 'relink':
    case 'scan':
      return job.datasetId === null
        ? null
        : { to: { name: 'dataset', params: { datasetId: job.datasetId } }, label: 'Show the files' };
    case 'fit':
      return job.runId === null
        ? null
        : { to: { name: 'fit-run', params: { runId: job.runId } }, label: 'Show the fit' };
    case 'train-encoder':
      return { to: { name: 'encoders' }, label: 'Show the encoders' };
    case 'screen':
    case 'example':
      return job.runId === null
        ? null
        : { to: { name: 'triage', params: { runId: job.runId } }, label: 'Show the list' };
  }
}
