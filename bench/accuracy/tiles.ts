/**
 * Defects of magnetic tiles: fitted on tiles without defects, tested on other tiles without and on all with. No tile is on
 * both sides, in whatever light it was photographed.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Encoder, ImageScores } from '../../models/detectors/method.ts';
import { openFilterBank } from '../../models/features/filter-bank-encoder.ts';
import { type MaskedMap, areaUnder, pixelWeights, regionWeights } from '../../models/scoring/localisation.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import type { Figure } from './figures.ts';
import { shuffled } from './image-pools.ts';
import { keptResult } from './kept-results.ts';
import {
  type LocatedFit,
  estimate,
  estimateFigure,
  imageAuroc,
  jackknife,
  listsOf,
  locatedFits,
  scoreLists,
} from './located-fits.ts';
import type { AccuracyRequest } from './request.ts';
import { TILE_SHAPE, type TileImage, type Tiles, tileImages } from './tile-images.ts';

const SUITE = 'tiles';
/** Of the tiles that show no defect in any light. */
const TESTED_SHARE = 0.3;
const ANY_DEFECT = 'any defect';
/** Of false positives, as published. */
const AUPRO_LIMIT = 0.3;

/** PatchCore on ImageNet features (Roth et al. 2022); split by image, so that a tile may be on both sides. */
const PATCHCORE = 0.979;

export function publishedTiles({ detector, score, outDistribution }: Figure): number | null {
  const isImageScore = !score.includes(',');
  return detector.startsWith('patch-memory') && isImageScore && outDistribution === ANY_DEFECT
    ? PATCHCORE
    : null;
}

const tileResult = z.strictObject({
  seconds: z.number(),
  inScores: scoreLists,
  /** By defect, then by score. */
  outScores: z.record(z.string(), scoreLists),
  /** By the name of the map. */
  maps: z.record(z.string(), z.strictObject({ pixelAuroc: estimate, aupro: estimate })),
});
type TileResult = z.infer<typeof tileResult>;

/** @param request `data` holds magnetic-tile */
export async function tiles(request: AccuracyRequest): Promise<Figure[]> {
  const { report, environment, preset, data, seeds } = request;
  report('reading tiles');
  const all = await tileImages(join(data, 'magnetic-tile'));
  const encoder = await openFilterBank(environment, TILE_SHAPE);
  try {
    const figures: Figure[] = [];
    for (const located of locatedFits(preset, TILE_SHAPE)) {
      const results: TileResult[] = [];
      for (const seed of seeds) results.push(await fitOnce(request, all, located, encoder, seed));
      figures.push(...figuresOf(request, all, located, results));
    }
    return figures;
  } finally {
    await encoder.dispose();
  }
}

function fitOnce(
  request: AccuracyRequest,
  all: Tiles,
  located: LocatedFit,
  encoder: Encoder,
  seed: number,
): Promise<TileResult> {
  const name = `${SUITE} ${request.preset}, ${located.label}, seed ${seed}`;
  const dependsOn = [located.settings, encoder.fingerprint, all.fingerprint, TESTED_SHARE];
  return keptResult(request, name, dependsOn, tileResult, async () => {
    const begun = performance.now();
    const { fitted, free, defective } = splitOf(all, seed);
    const tested = [...free, ...defective];
    const scores = await located.run(
      request,
      { normal: shuffled(fitted, seed, 'tiles').map(pixelsOf), tested: tested.map(pixelsOf) },
      encoder,
      seed,
    );
    const seconds = (performance.now() - begun) / 1000;
    const scored = tested.map((image, index): ScoredTile => ({ image, scores: scores[index] ?? NO_SCORES }));
    const inScores = listsOf(scores.slice(0, free.length));
    const outScores = Object.fromEntries(
      defectsOf(all).map((defect) => [
        defect,
        listsOf(scored.filter(({ image }) => image.defect === defect).map((each) => each.scores)),
      ]),
    );
    const result = { seconds, inScores, outScores, maps: localised(scored) };
    request.report(`${name}: ${summary(result)}`);
    return result;
  });
}

interface ScoredTile {
  readonly image: TileImage;
  readonly scores: ImageScores;
}

const NO_SCORES: ImageScores = { scores: {}, maps: {} };

function splitOf({ images }: Tiles, seed: number): Record<'fitted' | 'free' | 'defective', TileImage[]> {
  const defective = images.filter(({ defect }) => defect !== null);
  const damaged = new Set(defective.map(({ tile }) => tile));
  // A damaged tile may show no defect in another light: such images are on neither side.
  const whole = images.filter(({ tile }) => !damaged.has(tile));
  const order = shuffled([...new Set(whole.map(({ tile }) => tile))], seed, 'tiles split');
  const tested = new Set(order.slice(0, Math.round(TESTED_SHARE * order.length)));
  return {
    fitted: whole.filter(({ tile }) => !tested.has(tile)),
    free: whole.filter(({ tile }) => tested.has(tile)),
    defective,
  };
}

function localised(scored: readonly ScoredTile[]): TileResult['maps'] {
  const names = Object.keys(scored[0]?.scores.maps ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const groups = Map.groupBy(scored, ({ image }) => image.tile);
      const maps = [...groups.values()].map((group) => group.flatMap((each) => maskedMap(each, name)));
      // Weighed once: the jackknife asks for the same images many times.
      const [pixels, regions] = [pixelWeights, regionWeights].map((weights) =>
        maps.map((group) => group.flatMap((each) => weights(each))),
      );
      return [
        name,
        {
          pixelAuroc: jackknife(pixels ?? [], (each) => areaUnder(each, 1)),
          aupro: jackknife(regions ?? [], (each) => areaUnder(each, AUPRO_LIMIT) / AUPRO_LIMIT),
        },
      ];
    }),
  );
}

function maskedMap({ image, scores }: ScoredTile, name: string): MaskedMap[] {
  const map = scores.maps[name];
  const { height, width } = TILE_SHAPE;
  return map === undefined ? [] : [{ ...map, mask: { pixels: image.mask, height, width } }];
}

function figuresOf(
  request: AccuracyRequest,
  all: Tiles,
  { label }: LocatedFit,
  results: readonly TileResult[],
): Figure[] {
  const [first] = results;
  if (first === undefined) return [];
  const count = (lists: Readonly<Record<string, readonly number[]>>) => Object.values(lists)[0]?.length ?? 0;
  const about = (score: string, outDistribution: string, defects: readonly string[]) => ({
    suite: SUITE,
    detector: `${label} on the filter bank`,
    score,
    inDistribution: 'tiles without defects',
    outDistribution,
    tested: {
      inDistribution: count(first.inScores),
      outDistribution: defects.reduce((sum, defect) => sum + count(first.outScores[defect] ?? {}), 0),
    },
    seconds: results.reduce((sum, { seconds }) => sum + seconds, 0),
    dataFingerprint: all.fingerprint,
  });
  const defects = Object.keys(first.outScores);
  const ofImages = (score: string, outDistribution: string, among: readonly string[]): Figure =>
    estimateFigure(
      request,
      results.map(({ inScores, outScores }, seed) =>
        imageAuroc(
          [inScores[score] ?? [], among.flatMap((defect) => outScores[defect]?.[score] ?? [])],
          seed,
        ),
      ),
      about(score, outDistribution, among),
    );
  const ofMaps = (name: string, kind: 'pixelAuroc' | 'aupro', title: string): Figure =>
    estimateFigure(
      request,
      results.flatMap(({ maps }) => maps[name]?.[kind] ?? []),
      {
        ...about(`${name}, ${title}`, ANY_DEFECT, defects),
        ...(kind === 'aupro' ? { isAuroc: false } : {}),
      },
    );
  return [
    ...Object.keys(first.inScores).flatMap((score) => [
      ofImages(score, ANY_DEFECT, defects),
      ...defects.map((defect) => ofImages(score, defect, [defect])),
    ]),
    ...Object.keys(first.maps).flatMap((name) => [
      ofMaps(name, 'pixelAuroc', 'pixel AUROC'),
      ofMaps(name, 'aupro', 'AUPRO to 30 %'),
    ]),
  ];
}

function summary({ inScores, outScores, maps, seconds }: TileResult): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const images = Object.entries(inScores).map(([score, normal]) => {
    const anomalous = Object.values(outScores).flatMap((lists) => lists[score] ?? []);
    return `${score} ${percent(auroc(normal, anomalous))}`;
  });
  const located = Object.values(maps).map(
    (map) => `pixel AUROC ${percent(map.pixelAuroc.value)}, AUPRO ${percent(map.aupro.value)}`,
  );
  return [...images, ...located, `${Math.round(seconds)} s`].join(', ');
}

function defectsOf({ images }: Tiles): string[] {
  return [...new Set(images.flatMap(({ defect }) => (defect === null ? [] : [defect])))].sort();
}

function pixelsOf({ pixels }: TileImage): Uint8Array {
  return pixels;
}
