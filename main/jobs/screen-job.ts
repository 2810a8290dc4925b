/** Scores a folder: the worker's side, which takes plain data, tells what came out, and keeps nothing. */
import type { Scores, TileRule } from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import { PreparedImages } from '../ingest/loader.ts';
import type { Preparation } from '../ingest/preparation-settings.ts';
import { type Detector, type OpenScorer, openScorer } from './detector.ts';
import { scoreFiles } from './file-scores.ts';
import { type KnownFile, fileStates } from './file-state.ts';
import { Pace } from './pace.ts';
import { scoresOfTiles } from '../../models/scoring/tile-scores.ts';

export interface ScreenFile extends KnownFile {
  readonly id: number;
}

export interface ScreenJob {
  readonly root: string;
  readonly preparation: Preparation;
  readonly detector: Detector;
  readonly batchSize: number;
  /** The files to score, a few hundred at a time, so that the folder is never in memory as a whole. */
  readonly pages: Iterable<readonly ScreenFile[]> | AsyncIterable<readonly ScreenFile[]>;
}

export type ScreenResult =
  | { readonly fileId: number; readonly scores: Scores; readonly tiles?: readonly Scores[] }
  | { readonly fileId: number; readonly failure: string };

export type ScreenMessage =
  | { readonly kind: 'started'; readonly device: string }
  /** To be saved before the next message is asked for. `filesPerSecond`: over the last seconds. */
  | {
      readonly kind: 'results';
      readonly results: readonly ScreenResult[];
      readonly filesPerSecond: number;
    }
  /** A sentence for the user that stops nothing. */
  | { readonly kind: 'notice'; readonly message: string }
  /** The last message after the signal was given. */
  | { readonly kind: 'stopped' };

/** Results wait at most this long, or until there are so many, before they are handed over to be saved. */
const MOST_WAITING_MS = 1000;
const MOST_WAITING = 64;

/** @throws EngineError when the device fails; EncoderError when the encoder is gone or another */
export async function* runScreenJob(
  environment: Environment,
  job: ScreenJob,
  signal: AbortSignal,
): AsyncGenerator<ScreenMessage, void, undefined> {
  const { channels, height, width } = job.preparation;
  const shape = { channels, height, width };
  const notices: string[] = [];
  const scorer = await openScorer(environment, job.detector, shape, job.batchSize, (message) =>
    notices.push(message),
  );
  try {
    yield { kind: 'started', device: environment.device.label };
    const pace = new Pace();
    let waiting: ScreenResult[] = [];
    let handedOverAt = performance.now();
    const handOver = (): ScreenMessage => {
      const results = waiting;
      waiting = [];
      handedOverAt = performance.now();
      return { kind: 'results', results, filesPerSecond: pace.add(results.length) };
    };
    for await (const page of job.pages) {
      for await (const result of screenPage(job, scorer, page)) {
        waiting.push(result);
        for (const message of notices.splice(0)) yield { kind: 'notice', message };
        const due = waiting.length >= MOST_WAITING || performance.now() - handedOverAt >= MOST_WAITING_MS;
        if (due || signal.aborted) yield handOver();
        if (!signal.aborted) continue;
        yield { kind: 'stopped' };
        return;
      }
    }
    if (waiting.length > 0) yield handOver();
  } finally {
    await scorer.dispose();
  }
}

async function* screenPage(
  { root, preparation }: ScreenJob,
  scorer: OpenScorer,
  page: readonly ScreenFile[],
): AsyncGenerator<ScreenResult, void, undefined> {
  const files: ScreenFile[] = [];
  for await (const { file, state } of fileStates(root, page)) {
    if (state !== 'changed') {
      files.push(file);
      continue;
    }
    yield {
      fileId: file.id,
      failure: `"${file.relativePath}" has changed since its folder was scanned; add the folder again and screen it again.`,
    };
  }
  const images = new PreparedImages(root, files, preparation, {
    readAhead: Math.max(8, Math.min(32, scorer.batch)),
    cacheBytes: 0,
  });
  for await (const file of scoreFiles(scorer, images, ({ scores }) => scores)) {
    const fileId = files[file.index]?.id;
    if (fileId === undefined) throw new RangeError(`file ${file.index} is not on this page`);
    yield 'reason' in file
      ? { fileId, failure: file.reason }
      : { fileId, ...scoresOfFile(file.tiles, scorer.tiles) };
  }
}

function scoresOfFile(
  tiles: readonly { readonly kept: Scores }[],
  rule: TileRule,
): { scores: Scores; tiles?: Scores[] } {
  const scores = tiles.map(({ kept }) => kept);
  const [only] = scores;
  if (scores.length === 1 && only !== undefined) return { scores: only };
  return { scores: scoresOfTiles(scores, rule), tiles: scores };
}
