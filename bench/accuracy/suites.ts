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
  'cifar-features': { run: cifarFeatures, published: publishedFeatures },
  'cifar-svhn': { run: cifarSvhn, published: publishedAuroc },
  // Published as plots.
  exposure: { run: exposureCurve, published: () => null },
  'exposure-ablation': { run: exposureAblation, published: () => null },
  'fashion-mnist': { run: fashionMnist, published: publishedFashionAuroc },
  'mnist-emnist': { run: mnistEmnist, published: () => null },
  'mri-modality': { run: mriModality, published: publishedMriAuroc },
  'one-vs-rest': { run: oneVsRest, published: publishedOneVsRest },
  // Published for detectors that are shown the defects.
  pcb: { run: pcb, published: () => null },
  tiles: { run: tiles, published: publishedTiles },
  toy: { run: toy, published: publishedToyAuroc },
};

/** What the papers report for a figure of any suite. */
export const published: Published = (figure) => {
  const name = SUITE_NAMES.find((each) => each === figure.suite);
  return name === undefined ? null : SUITES[name].published(figure);
};
