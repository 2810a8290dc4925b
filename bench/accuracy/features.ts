/**
 * Detectors on the features of one encoder (Schmier, Köthe, Straehle 2023, tables 1 and 2): each class of CIFAR-10 against the others, and
 * CIFAR-10 against SVHN, with other natural images as the contrast set.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeEncoder } from '../../main/engine/encoders/describe-encoder.ts';
import { readEncoderFile } from '../../main/engine/encoders/encoder-file.ts';
import { openEncoder } from '../../main/engine/encoders/open-encoder.ts';
import { contrastiveFlow } from '../../models/detectors/contrastive-flow.ts';
import { flowMargin } from '../../models/detectors/flow-margin.ts';
import { flowRatio } from '../../models/detectors/flow-ratio.ts';
import { kNearestMethod } from '../../models/detectors/k-nearest.ts';
import { kdeMethod } from '../../models/detectors/kde.ts';
import { mahalanobisMethod } from '../../models/detectors/mahalanobis.ts';
import type { Encoder, Method } from '../../models/detectors/method.ts';
import { mseRatioMethod } from '../../models/detectors/mse-ratio.ts';
import { mseMethod } from '../../models/detectors/mse.ts';
import { pcaMethod } from '../../models/detectors/pca.ts';
import { plainFlow } from '../../models/detectors/plain-flow.ts';
import { openFilterBank } from '../../models/features/filter-bank-encoder.ts';
import { classFolders, fingerprintOf, splitClasses } from './class-pools.ts';
import { type ClassProblem, type Contender, classFigures } from './class-problem.ts';
import type { Figure, Published } from './figures.ts';
import { fitMethod, scoreMethod } from './fitted-method.ts';
import { type Pixels, SHAPE, distinct, folderImages, memorySource } from './image-pools.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'cifar-features';
const SVHN = 'SVHN';
/** Of each class, and of SVHN, never fitted on. */
const TESTED = 100;
const TESTED_SVHN = 800;
/** Looked for in the data folder; without it the built-in filters are the encoder. */
const ENCODER_FILE = 'moco32.onnx';

/** Mean over the classes, on a MoCo of a ResNet-50. */
const PAPER_CLASSES: Readonly<Record<string, number>> = {
  [contrastiveFlow.id]: 0.964,
  [plainFlow.id]: 0.952,
  [kNearestMethod.id]: 0.956,
  [kdeMethod.id]: 0.947,
  [pcaMethod.id]: 0.949,
  [mseMethod.id]: 0.948,
};
const PAPER_SVHN: Readonly<Record<string, number>> = {
  [contrastiveFlow.id]: 0.903,
  [flowRatio.id]: 0.683,
};

export const publishedFeatures: Published = ({ detector, oneClass, outDistribution }) => {
  if (outDistribution === SVHN) return PAPER_SVHN[detector] ?? null;
  return oneClass === undefined ? (PAPER_CLASSES[detector] ?? null) : null;
};

/** @param request `data` holds cifar10, svhn, natural32 and, where there is one, moco32.onnx */
export async function cifarFeatures(request: AccuracyRequest): Promise<Figure[]> {
  const { data, preset, report } = request;
  report('reading images');
  const cifar = await classFolders(join(data, 'cifar10'));
  const svhn = distinct(await folderImages(join(data, 'svhn')));
  const all = [...cifar.values()].flat();
  const natural = new Map([
    ['natural', distinct(await folderImages(join(data, 'natural32', 'imagenet-origin')), all)],
  ]);
  const opened = await encoderOf(request);
  try {
    const encoder = remembering(opened);
    const contenders = contendersOn(encoder, preset);
    const fingerprint = `${fingerprintOf(cifar, natural)} ${encoder.fingerprint}`;
    const classes: ClassProblem = {
      suite: SUITE,
      set: 'CIFAR-10',
      shape: SHAPE,
      classes: [...cifar.keys()],
      split: (seed) => splitClasses(cifar, TESTED, seed),
      exposure: natural,
      fingerprint,
    };
    const whole = new Map([
      ['CIFAR-10', all],
      [SVHN, svhn],
    ]);
    const against: ClassProblem = {
      ...classes,
      classes: ['CIFAR-10'],
      split: (seed) => splitClasses(whole, TESTED_SVHN, seed),
      fingerprint: `${fingerprint} ${fingerprintOf(whole)}`,
    };
    const ofSvhn = (await classFigures(request, against, contenders)).map((figure): Figure => ({
      ...figure,
      inDistribution: 'CIFAR-10',
      outDistribution: SVHN,
    }));
    return [...(await classFigures(request, classes, contenders)), ...ofSvhn];
  } finally {
    await opened.dispose();
  }
}

type Disposable = Encoder & { dispose(): Promise<void> };

async function encoderOf({ data, environment, report }: AccuracyRequest): Promise<Disposable> {
  const path = join(data, ENCODER_FILE);
  if (!existsSync(path)) {
    report(`there is no ${ENCODER_FILE} beside the image sets: features are those of the built-in filters`);
    return openFilterBank(environment, SHAPE);
  }
  const file = await readEncoderFile(path);
  const described = describeEncoder(file);
  if (described.kind === 'asks') throw new Error(`${path} does not describe itself`);
  return openEncoder(environment.device, file, described.description, SHAPE);
}

/** Each image is encoded once, by identity: all detectors and classes share their images. Vectors alone. */
function remembering(encoder: Encoder): Encoder {
  const known = new WeakMap<Pixels, Float32Array>();
  const { dimensions, fingerprint } = encoder;
  return {
    fingerprint,
    dimensions,
    grid: null,
    async encode(images) {
      const missing = images.filter((image) => !known.has(image));
      const { vectors } = await encoder.encode(missing);
      missing.forEach((image, row) =>
        known.set(image, vectors.slice(row * dimensions, (row + 1) * dimensions)),
      );
      const all = new Float32Array(images.length * dimensions);
      images.forEach((image, row) => all.set(known.get(image) ?? [], row * dimensions));
      return { vectors: all, grids: null };
    },
  };
}

function contendersOn(encoder: Encoder, preset: AccuracyRequest['preset']): Contender[] {
  const of = <Settings>(method: Method<Settings>) =>
    onFeatures(encoder, method, method.settings(preset, SHAPE));
  return [
    of(contrastiveFlow),
    of(plainFlow),
    of(flowRatio),
    of(flowMargin),
    of(mseMethod),
    of(mseRatioMethod),
    of(pcaMethod),
    of(kdeMethod),
    of(kNearestMethod),
    of(mahalanobisMethod),
  ];
}

function onFeatures<Settings>(encoder: Encoder, method: Method<Settings>, settings: Settings): Contender {
  return {
    label: method.id,
    method: method.id,
    settings,
    async run(request, { normal, exposure, tested }, shape, seed, name) {
      const held = Math.ceil(normal.length / 10);
      const data = {
        normal: memorySource(normal.slice(held), shape),
        heldOut: memorySource(normal.slice(0, held), shape),
        general: memorySource(exposure, shape),
        exposure: null,
        generalModel: null,
        encoder,
      };
      const parameters = await fitMethod(request, method, data, settings, seed, name);
      const fitted = { parameters, generalModel: null, encoder };
      const scores = await scoreMethod(request, method, settings, fitted, shape, tested);
      const [score = '', values = []] = Object.entries(scores)[0] ?? [];
      return { score, values };
    },
  };
}
