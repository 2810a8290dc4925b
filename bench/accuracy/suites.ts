import { cifarSvhn, publishedAuroc } from './cifar-svhn.ts';
import { fashionMnist, publishedFashionAuroc } from './fashion-mnist.ts';
import type { Figure, Published } from './figures.ts';
import { mriModality, publishedMriAuroc } from './mri-modality.ts';
import type { AccuracyRequest } from './request.ts';

interface Suite {
  readonly run: (request: AccuracyRequest) => Promise<Figure[]>;
  readonly published: Published;
}

export const SUITE_NAMES = ['cifar-svhn', 'fashion-mnist', 'mri-modality'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

export const SUITES: Readonly<Record<SuiteName, Suite>> = {
  'cifar-svhn': { run: cifarSvhn, published: publishedAuroc },
  'fashion-mnist': { run: fashionMnist, published: publishedFashionAuroc },
  'mri-modality': { run: mriModality, published: publishedMriAuroc },
};

/** What the papers report for a figure of any suite. */
export const published: Published = (figure) => {
  const name = SUITE_NAMES.find((each) => each === figure.suite);
  return name === undefined ? null : SUITES[name].published(figure);
};
