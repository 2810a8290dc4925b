/** One class normal, the others anomalous: fits and figures of any detectors on any set of classes. */
import { z } from 'zod';
import type { Method } from '../../models/detectors/method.ts';
import type { ImageShape } from '../../models/images.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { type ClassPools, type SplitPools, allOf } from './class-pools.ts';
import type { Figure } from './figures.ts';
import { fitMethod, scoreMethod } from './fitted-method.ts';
import { type Pixels, memorySource, shuffled } from './image-pools.ts';
import { type Sides, mean, meanInterval } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import type { AccuracyRequest } from './request.ts';

export interface ClassProblem {
  readonly suite: string;
  /** "CIFAR-10" */
  readonly set: string;
  readonly shape: ImageShape;
  /** Each is normal once. */
  readonly classes: readonly string[];
  readonly split: (seed: number) => SplitPools;
  readonly exposure: ClassPools;
  readonly fingerprint: string;
}

type Request = Pick<AccuracyRequest, 'environment' | 'report'>;

/** A detector with its settings, in a suite. */
export interface Contender {
  /** For people; tells contenders of a suite apart. */
  readonly label: string;
  /** With the settings and the name of the exposure it tells fits apart: suites share those that are the same. */
  readonly method: string;
  readonly settings: unknown;
  /** @returns the score to look at first, of each tested image */
  readonly run: (
    request: Request,
    images: {
      readonly normal: readonly Pixels[];
      readonly exposure: readonly Pixels[];
      readonly tested: readonly Pixels[];
    },
    shape: ImageShape,
    seed: number,
    name: string,
  ) => Promise<{ readonly score: string; readonly values: readonly number[] }>;
  /** Of the problem's exposure images; all where absent. */
  readonly exposure?: ExposureChoice;
}

export interface ExposureChoice {
  readonly name: string;
  readonly of: (pools: ClassPools) => readonly Pixels[];
}

/** Never trained on: what an evaluation during the fit measures. */
const HELD_OUT = 16;

export function contender<Settings>(
  method: Method<Settings>,
  settings: Settings,
  variant: { readonly label?: string; readonly exposure?: ExposureChoice } = {},
): Contender {
  return {
    label: variant.label ?? method.id,
    method: method.id,
    settings,
    ...(variant.exposure === undefined ? {} : { exposure: variant.exposure }),
    async run(request, { normal, exposure, tested }, shape, seed, name) {
      const data = {
        normal: memorySource(normal.slice(HELD_OUT), shape),
        heldOut: memorySource(normal.slice(0, HELD_OUT), shape),
        exposure: method.needs.exposure === 'none' ? null : memorySource(exposure, shape),
        general: null,
        generalModel: null,
        encoder: null,
      };
      const parameters = await fitMethod(request, method, data, settings, seed, name);
      const fitted = { parameters, generalModel: null, encoder: null };
      const scores = await scoreMethod(request, method, settings, fitted, shape, tested);
      const [score = '', values = []] = Object.entries(scores)[0] ?? [];
      return { score, values };
    },
  };
}

const fitResult = z.strictObject({
  score: z.string(),
  seconds: z.number(),
  inScores: z.array(z.number()),
  outScores: z.array(z.number()),
});
type FitResult = z.infer<typeof fitResult>;

/** For every contender the mean over classes, then each class where there are several. */
export async function classFigures(
  request: AccuracyRequest,
  problem: ClassProblem,
  contenders: readonly Contender[],
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const each of contenders) {
    const byClass = new Map<string, FitResult[]>();
    for (const name of problem.classes) {
      const results: FitResult[] = [];
      for (const seed of request.seeds) results.push(await fitOnce(request, problem, each, name, seed));
      byClass.set(name, results);
    }
    figures.push(...figuresOf(request, problem, each, byClass));
  }
  return figures;
}

function fitOnce(
  request: AccuracyRequest,
  problem: ClassProblem,
  { label, method, run, settings, exposure }: Contender,
  normalClass: string,
  seed: number,
): Promise<FitResult> {
  const kept = `${problem.set} ${request.preset}, ${method}, ${normalClass}, seed ${seed}`;
  const dependsOn = [settings, exposure?.name, problem.fingerprint];
  return keptResult(request, kept, dependsOn, fitResult, async () => {
    const name = `${problem.suite} ${request.preset}, ${label}, ${normalClass}, seed ${seed}`;
    const begun = performance.now();
    const { fitted, tested } = problem.split(seed);
    const inside = tested.get(normalClass) ?? [];
    const outside = [...tested].flatMap(([other, images]) => (other === normalClass ? [] : images));
    const { score, values } = await run(
      request,
      {
        normal: fitted.get(normalClass) ?? [],
        exposure: shuffled(exposure?.of(problem.exposure) ?? allOf(problem.exposure), seed, 'exposure'),
        tested: [...inside, ...outside],
      },
      problem.shape,
      seed,
      name,
    );
    const result = {
      score,
      seconds: (performance.now() - begun) / 1000,
      inScores: values.slice(0, inside.length),
      outScores: values.slice(inside.length),
    };
    request.report(`${name}: AUROC ${(100 * auroc(result.inScores, result.outScores)).toFixed(1)} %`);
    return result;
  });
}

function figuresOf(
  request: AccuracyRequest,
  problem: ClassProblem,
  { label }: Contender,
  byClass: ReadonlyMap<string, readonly FitResult[]>,
): Figure[] {
  const { set, classes } = problem;
  const figure = (inDistribution: string, of: readonly string[], oneClass?: string): Figure => {
    const results = of.map((name) => byClass.get(name) ?? []);
    const sides = results.map((each) => each.map(({ inScores, outScores }): Sides => [inScores, outScores]));
    const bySeed = request.seeds.map((_, at) => mean(sides.map((each) => auroc(...(each[at] ?? [[], []])))));
    const interval = meanInterval(sides.flat());
    const [first] = results[0] ?? [];
    return {
      suite: problem.suite,
      detector: label,
      score: first?.score ?? '',
      inDistribution,
      outDistribution: `the other classes of ${set}`,
      ...(oneClass === undefined ? {} : { oneClass }),
      auroc: mean(bySeed),
      ciLow: interval.low,
      ciHigh: interval.high,
      aurocBySeed: bySeed,
      seeds: [...request.seeds],
      bitsPerDim: null,
      tested: {
        inDistribution: first?.inScores.length ?? 0,
        outDistribution: first?.outScores.length ?? 0,
      },
      preset: request.preset,
      device: request.environment.device.label,
      seconds: results.flat().reduce((sum, { seconds }) => sum + seconds, 0),
      dataFingerprint: problem.fingerprint,
      command: request.command,
    };
  };
  return [
    figure(meanOf(problem), classes),
    ...(classes.length === 1 ? [] : classes.map((name) => figure(`${set} ${name}`, [name], name))),
  ];
}

/** What the figure of the mean is called. */
export function meanOf({ set, classes }: Pick<ClassProblem, 'set' | 'classes'>): string {
  return classes.length > 3
    ? `${set}, mean of ${classes.length} classes`
    : `${set}, mean of ${classes.join(', ')}`;
}
