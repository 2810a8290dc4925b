/**
 * One MRI modality in, the others out (Schirrmeister et al. 2020, section 5.5): raw likelihood, ratio to a general model of natural
 * images, ratio to a general model of all modalities. Finds modalities, not tumours. Split by patient.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { glowModel } from '../../models/detectors/glow/model.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { glowSettings, preset } from '../../models/detectors/glow/presets.ts';
import { MR_SEQUENCES, type MrSequence } from '../../main/ingest/stored-image.ts';
import type { Figure } from './figures.ts';
import { type GlowFit, fitGlow, likelihoods, meanBits, scoreLists } from './fitted-glow.ts';
import { type Pixels, distinct, folderImages, greyOf, shrunkCrops, shuffled } from './image-pools.ts';
import { type Sides, mean, meanInterval } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import { MRI_SHAPE, type Patient, fingerprintOf, mriPatients } from './mri-slices.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'mri-modality';
/** Patients that a seed tests on; it fits on the others. */
const TESTED_PATIENTS = 2;
const CROPS_PER_PHOTOGRAPH = 4;
const CROP_SEED = 1;
const OTHERS = 'the other modalities';
const ANY = 'one MRI modality';

/** The paper's AUROCs, over its modalities. */
const PAPER: Readonly<Record<string, number>> = {
  likelihood: 0.533,
  'ratio to natural images': 0.683,
  'ratio to all modalities': 0.783,
};

export function publishedMriAuroc({ oneClass, score }: Figure): number | null {
  return oneClass === undefined ? (PAPER[score] ?? null) : null;
}

const scores = z.record(z.string(), z.array(z.number()));
const modalityResult = z.strictObject({
  bitsPerDim: z.number(),
  seconds: z.number(),
  /** By score; of the modality that it was fitted on, and of the others, of patients that it never saw. */
  inScores: scores,
  outScores: scores,
});
type ModalityResult = z.infer<typeof modalityResult>;

const seedResult = z.strictObject({
  testedPatients: z.int(),
  modalities: z.record(z.string(), modalityResult),
});
type SeedResult = z.infer<typeof seedResult>;

/**
 * @param request `data` holds brain-mri, dicom/enhanced-mr, natural32 and imagenette
 */
export async function mriModality(request: AccuracyRequest): Promise<Figure[]> {
  const { report, data, seeds } = request;
  report('reading volumes');
  const patients = await mriPatients([join(data, 'brain-mri'), join(data, 'dicom', 'enhanced-mr')]);
  for (const { name, slices, formats } of patients) {
    const counts = [...slices].map(([sequence, { length }]) => `${sequence} ${length}`).join(', ');
    report(`${name} (${formats.join(', ')}): ${counts}`);
  }
  const natural = await naturalImages(data);
  report(`${patients.length} patients; ${natural.length} natural images`);
  const fingerprint = fingerprintOf(patients);
  const settings = preset(request.preset);
  let general: Promise<ParameterData> | undefined;
  // Not where every seed is done already.
  const generalOnce = () => (general ??= generalWeights(request, natural));
  const results: SeedResult[] = [];
  for (const seed of seeds) {
    const name = `${SUITE} ${request.preset} seed ${seed}`;
    const dependsOn = [settings, seed, fingerprint, natural.length, TESTED_PATIENTS];
    results.push(
      await keptResult(request, name, dependsOn, seedResult, async () =>
        runSeed(request, patients, await generalOnce(), seed),
      ),
    );
  }
  return figuresOf(request, patients, results, fingerprint);
}

async function naturalImages(data: string): Promise<Pixels[]> {
  const small = await folderImages(join(data, 'natural32', 'imagenet-origin'));
  const crops = await shrunkCrops(join(data, 'imagenette'), CROPS_PER_PHOTOGRAPH, CROP_SEED);
  return distinct([...small, ...crops].map(greyOf));
}

function glowOf(request: AccuracyRequest): Pick<GlowFit, 'network' | 'shape' | 'settings'> {
  const settings = preset(request.preset);
  return { settings, shape: MRI_SHAPE, network: glowSettings(settings, MRI_SHAPE) };
}

/** Fitted once: a general model is reused. */
async function generalWeights(request: AccuracyRequest, natural: readonly Pixels[]): Promise<ParameterData> {
  return fitGlow(request, {
    ...glowOf(request),
    images: shuffled(natural, 0, 'natural'),
    seed: 0,
    start: null,
    name: 'natural images',
  });
}

async function runSeed(
  request: AccuracyRequest,
  patients: readonly Patient[],
  natural: ParameterData,
  seed: number,
): Promise<SeedResult> {
  const order = shuffled(patients, seed, 'patients');
  const [tested, fitted] = [order.slice(0, TESTED_PATIENTS), order.slice(TESTED_PATIENTS)];
  request.report(`seed ${seed}: tested on ${tested.map(({ name }) => name).join(', ')}`);
  const glow = glowOf(request);
  const model = glowModel(glow.network);
  const all = await fitGlow(request, {
    ...glow,
    seed,
    images: shuffled(
      MR_SEQUENCES.flatMap((sequence) => slicesOf(fitted, sequence)),
      seed,
      'all modalities',
    ),
    start: natural,
    name: `seed ${seed}, all modalities`,
  });
  const modalities: Record<string, ModalityResult> = {};
  for (const sequence of MR_SEQUENCES) {
    const begun = performance.now();
    const own = await fitGlow(request, {
      ...glow,
      seed,
      images: shuffled(slicesOf(fitted, sequence), seed, sequence),
      start: all,
      name: `seed ${seed}, ${sequence}`,
    });
    const score = async (images: readonly Pixels[]) => {
      const likelihood = await likelihoods(request, { model, shape: MRI_SHAPE }, own, images);
      const ofNatural = scoreLists(
        likelihood,
        await likelihoods(request, { model, shape: MRI_SHAPE }, natural, images),
      );
      const ofAll = scoreLists(
        likelihood,
        await likelihoods(request, { model, shape: MRI_SHAPE }, all, images),
      );
      return {
        likelihood,
        scores: {
          likelihood: ofAll.likelihood ?? [],
          'scale3-likelihood': ofAll['scale3-likelihood'] ?? [],
          'ratio to natural images': ofNatural.ratio ?? [],
          'ratio to all modalities': ofAll.ratio ?? [],
          'scale3-ratio to all modalities': ofAll['scale3-ratio'] ?? [],
        },
      };
    };
    const inside = await score(slicesOf(tested, sequence));
    const outside = await score(
      MR_SEQUENCES.filter((other) => other !== sequence).flatMap((other) => slicesOf(tested, other)),
    );
    modalities[sequence] = {
      bitsPerDim: meanBits(inside.likelihood, MRI_SHAPE),
      seconds: (performance.now() - begun) / 1000,
      inScores: inside.scores,
      outScores: outside.scores,
    };
  }
  return { testedPatients: tested.length, modalities };
}

function slicesOf(patients: readonly Patient[], sequence: MrSequence): readonly Pixels[] {
  return patients.flatMap(({ slices }) => slices.get(sequence) ?? []);
}

function figuresOf(
  request: AccuracyRequest,
  patients: readonly Patient[],
  results: readonly SeedResult[],
  fingerprint: string,
): Figure[] {
  const names = Object.keys(results[0]?.modalities[MR_SEQUENCES[0]]?.inScores ?? {});
  const figure = (score: string, modalities: readonly MrSequence[], oneClass?: MrSequence): Figure => {
    const parts = results.map(({ modalities: all }) => modalities.flatMap((sequence) => all[sequence] ?? []));
    const sides = parts.map((each) =>
      each.map(({ inScores, outScores }): Sides => [inScores[score] ?? [], outScores[score] ?? []]),
    );
    const bySeed = sides.map((each) => mean(each.map(([normal, other]) => auroc(normal, other))));
    const interval = meanInterval(sides.flat());
    return {
      suite: SUITE,
      detector: 'glow',
      note: `Split by patient: ${patients.length} in all, ${TESTED_PATIENTS} of them tested by each seed, so that the interval over slices is too narrow for other patients.`,
      score,
      inDistribution: oneClass ?? ANY,
      outDistribution: OTHERS,
      ...(oneClass === undefined ? {} : { oneClass }),
      auroc: mean(bySeed),
      ciLow: interval.low,
      ciHigh: interval.high,
      aurocBySeed: bySeed,
      seeds: [...request.seeds],
      bitsPerDim: mean(parts.flat().map(({ bitsPerDim }) => bitsPerDim)),
      tested: {
        inDistribution: sides.flat().reduce((total, [normal]) => total + normal.length, 0),
        outDistribution: sides.flat().reduce((total, [, other]) => total + other.length, 0),
      },
      preset: request.preset,
      device: request.environment.device.label,
      seconds: parts.flat().reduce((total, { seconds }) => total + seconds, 0),
      dataFingerprint: fingerprint,
      command: request.command,
    };
  };
  return [
    ...names.map((score) => figure(score, MR_SEQUENCES)),
    ...MR_SEQUENCES.flatMap((sequence) => names.map((score) => figure(score, [sequence], sequence))),
  ];
}
