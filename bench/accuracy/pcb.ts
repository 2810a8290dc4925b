/**
 * Defects of printed circuit boards: fitted on templates, tested on the templates and the boards of other places. A place is on
 * one side only; other places of the same make of board are on both, as on a line that knows its boards.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Encoder, ImageScores } from '../../models/detectors/method.ts';
import { openFilterBank } from '../../models/features/filter-bank-encoder.ts';
import { type BoxedMap, boxHits, peakHitsBox } from '../../models/scoring/box-hits.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { proportionInterval } from '../../models/scoring/proportion-interval.ts';
import { BOARD_SHAPE, type BoardPair, type Boards, boardImages } from './board-images.ts';
import type { Figure } from './figures.ts';
import { shuffled } from './image-pools.ts';
import { keptResult } from './kept-results.ts';
import {
  type Estimate,
  type LocatedFit,
  estimate,
  estimateFigure,
  imageAuroc,
  listsOf,
  locatedFits,
  scoreLists,
} from './located-fits.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'pcb';
const TESTED_SHARE = 0.3;
const FALSE_ALARM_AREA = 0.01;

const boardResult = z.strictObject({
  seconds: z.number(),
  inScores: scoreLists,
  outScores: scoreLists,
  /** By the name of the map. */
  maps: z.record(z.string(), z.strictObject({ peakHits: estimate, boxHits: estimate })),
});
type BoardResult = z.infer<typeof boardResult>;

/** @param request `data` holds deeppcb */
export async function pcb(request: AccuracyRequest): Promise<Figure[]> {
  const { report, environment, preset, data, seeds } = request;
  report('reading boards');
  const boards = await boardImages(join(data, 'deeppcb'));
  const encoder = await openFilterBank(environment, BOARD_SHAPE);
  try {
    const figures: Figure[] = [];
    for (const located of locatedFits(preset, BOARD_SHAPE)) {
      const results: BoardResult[] = [];
      for (const seed of seeds) results.push(await fitOnce(request, boards, located, encoder, seed));
      figures.push(...figuresOf(request, boards, located, results));
    }
    return figures;
  } finally {
    await encoder.dispose();
  }
}

function fitOnce(
  request: AccuracyRequest,
  boards: Boards,
  located: LocatedFit,
  encoder: Encoder,
  seed: number,
): Promise<BoardResult> {
  const name = `${SUITE} ${request.preset}, ${located.label}, seed ${seed}`;
  const dependsOn = [
    located.settings,
    encoder.fingerprint,
    boards.fingerprint,
    TESTED_SHARE,
    FALSE_ALARM_AREA,
  ];
  return keptResult(request, name, dependsOn, boardResult, async () => {
    const begun = performance.now();
    const order = shuffled(boards.pairs, seed, 'boards split');
    const number = testedPairs(boards);
    const tested = order.slice(0, number);
    const normal = order.slice(number).map(({ template }) => template);
    const images = [...tested.map(({ template }) => template), ...tested.map(({ board }) => board)];
    const scores = await located.run(request, { normal, tested: images }, encoder, seed);
    const result = {
      seconds: (performance.now() - begun) / 1000,
      inScores: listsOf(scores.slice(0, number)),
      outScores: listsOf(scores.slice(number)),
      maps: boxed(tested, scores.slice(number)),
    };
    request.report(`${name}: ${summary(result)}`);
    return result;
  });
}

function testedPairs({ pairs }: Boards): number {
  return Math.round(TESTED_SHARE * pairs.length);
}

/** On the boards with defects alone: what lies outside their boxes is as good as their templates. */
function boxed(tested: readonly BoardPair[], scores: readonly ImageScores[]): BoardResult['maps'] {
  return Object.fromEntries(
    Object.keys(scores[0]?.maps ?? {}).map((name) => {
      const maps = tested.flatMap(({ boxes }, index): BoxedMap[] => {
        const map = scores[index]?.maps[name];
        return map === undefined ? [] : [{ ...map, boxes }];
      });
      const { hits, boxes } = boxHits(maps, FALSE_ALARM_AREA);
      return [
        name,
        { peakHits: share(maps.filter(peakHitsBox).length, maps.length), boxHits: share(hits, boxes) },
      ];
    }),
  );
}

function share(hits: number, count: number): Estimate {
  return { value: hits / count, ...proportionInterval(hits, count) };
}

function figuresOf(
  request: AccuracyRequest,
  boards: Boards,
  { label }: LocatedFit,
  results: readonly BoardResult[],
): Figure[] {
  const [first] = results;
  if (first === undefined) return [];
  const number = testedPairs(boards);
  const about = (score: string) => ({
    suite: SUITE,
    detector: `${label} on the filter bank`,
    score,
    inDistribution: 'templates',
    outDistribution: 'boards with defects',
    tested: { inDistribution: number, outDistribution: number },
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    dataFingerprint: boards.fingerprint,
  });
  const ofMaps = (name: string, kind: 'peakHits' | 'boxHits', title: string): Figure =>
    estimateFigure(
      request,
      results.flatMap(({ maps }) => maps[name]?.[kind] ?? []),
      { ...about(`${name}, ${title}`), isAuroc: false },
    );
  return [
    ...Object.keys(first.inScores).map((score) =>
      estimateFigure(
        request,
        results.map(({ inScores, outScores }, seed) =>
          imageAuroc([inScores[score] ?? [], outScores[score] ?? []], seed),
        ),
        about(score),
      ),
    ),
    ...Object.keys(first.maps).flatMap((name) => [
      ofMaps(name, 'peakHits', 'share of boards whose most anomalous place is in a box'),
      ofMaps(name, 'boxHits', 'share of boxes raised with 1 % of the area outside'),
    ]),
  ];
}

function summary({ inScores, outScores, maps, seconds }: BoardResult): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const images = Object.entries(inScores).map(
    ([score, normal]) => `${score} ${percent(auroc(normal, outScores[score] ?? []))}`,
  );
  const hits = Object.values(maps).map(
    (map) => `peak in a box ${percent(map.peakHits.value)}, boxes raised ${percent(map.boxHits.value)}`,
  );
  return [...images, ...hits, `${Math.round(seconds)} s`].join(', ');
}
