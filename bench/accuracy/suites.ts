import { cifarSvhn, publishedAuroc } from './cifar-svhn.ts';
import { exposureAblation } from './exposure-ablation.ts';
import { exposureCurve } from './exposure-curve.ts';
import { fashionMnist, publishedFashionAuroc } from './fashion-mnist.ts';
import { cifarFeatures, publishedFeatures } from './features.ts';
import type { Figure, Published } from './figures.ts';
import { mnistEmnist } from './mnist-emnist.ts';
import { mriModality, publishedMriAuroc } from './mri-modality.ts';
import { oneVsRest, publishedOneVsRest } from './one-vs-rest.ts';
import { pcb } from './pcb.ts';
import type { AccuracyRequest } from './request.ts';
import { publishedTiles, tiles } from './tiles.ts';
import { publishedToyAuroc, toy } from './toy.ts';

interface Suite {
  readonly run: (request: AccuracyRequest) => Promise<Figure[]>;
  readonly published: Published;
  /** Whether figures of some seeds and of others can be joined: intervals are those of `meanInterval`, and nothing else is measured. */
  readonly seedsJoin: boolean;
}

export const SUITE_NAMES = [
  'cifar-features',
  'cifar-svhn',
  'exposure',
  'exposure-ablation',
  'fashion-mnist',
  'mnist-emnist',
  'mri-modality',
  'one-vs-rest',
  'pcb',
  'tiles',
  'toy',
] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

export const SUITES: Readonly<Record<SuiteName, Suite>> = {
  'cifar-features': { run: cifarFeatures, published: publishedFeatures, seedsJoin: true },
  'cifar-svhn': { run: cifarSvhn, published: publishedAuroc, seedsJoin: true },
  // Published as plots.
  exposure: { run: exposureCurve, published: () => null, seedsJoin: true },
  'exposure-ablation': { run: exposureAblation, published: () => null, seedsJoin: true },
  'fashion-mnist': { run: fashionMnist, published: publishedFashionAuroc, seedsJoin: true },
  'mnist-emnist': { run: mnistEmnist, published: () => null, seedsJoin: true },
  'mri-modality': { run: mriModality, published: publishedMriAuroc, seedsJoin: false },
  'one-vs-rest': { run: oneVsRest, published: publishedOneVsRest, seedsJoin: true },
  // Published for detectors that are shown the defects.
  pcb: { run: pcb, published: () => null, seedsJoin: false },
  tiles: { run: tiles, published: publishedTiles, seedsJoin: false },
  toy: { run: toy, published: publishedToyAuroc, seedsJoin: false },
};

/** What the papers report for a figure of any suite. */
export const published: Published = (figure) => {
  const name = SUITE_NAMES.find((each) => each === figure.suite);
  return name === undefined ? null : SUITES[name].published(figure);
};
