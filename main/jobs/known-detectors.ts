/** Every detector with its settings as plain data: what records, files and other processes name by an id is bound to it here. */
import { z } from 'zod';
import { DETECTORS, type DetectorId, METHODS } from '../../models/detectors/index.ts';
import type { ParameterData, ParameterSpec, ScoredModel } from '../../models/detectors/detector.ts';
import type {
  FitData,
  FittedDetector,
  ImageScorer,
  LossUnit,
  Method,
  PreparedFit,
} from '../../models/detectors/method.ts';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import type { PresetName } from '../../models/preset-name.ts';
import type { FitChoices } from '../../models/run-settings.ts';
import * as schemas from './settings-schemas.ts';

/** A detector as plain data. */
export const detectorChoice = z.strictObject({
  id: z.string(),
  /** Checked when it is bound, by the schema of that detector. */
  settings: z.unknown(),
});
export type DetectorChoice = Readonly<z.infer<typeof detectorChoice>>;

/** What a detector says of itself, whatever its settings. */
export type MethodFacts = Pick<
  Method<unknown>,
  'id' | 'title' | 'use' | 'source' | 'kind' | 'needs' | 'hasMaps' | 'tiles'
> & {
  readonly id: DetectorId;
  /** Of its held-out measure; null for what is computed. */
  readonly unit: LossUnit | null;
  /** The detector whose models are general models of this one. */
  readonly generalModelOf: string;
};

/** A detector with its settings. */
export interface BoundDetector {
  readonly method: MethodFacts;
  readonly settings: unknown;
  readonly fit:
    | {
        readonly kind: 'trained';
        /** Steps of all stages, and samples of the in-distribution set in each. */
        readonly effort: { readonly steps: number; readonly batchSize: number };
        prepare(environment: Environment, data: FitData, seed: number): Promise<PreparedFit>;
      }
    | {
        readonly kind: 'computed';
        compute(environment: Environment, data: FitData, seed: number): Promise<ParameterData>;
      };
  /** One with fewer layers, to try how long a step takes, and how many times as long it takes with all of them. */
  shallower(): { readonly detector: BoundDetector; readonly times: number };
  /** What a fit keeps; null where that depends on more than the settings. */
  kept(shape: ImageShape): readonly Pick<ParameterSpec, 'name' | 'shape'>[] | null;
  /** The likelihood that its scores are of; null where that is no graph on images. */
  readonly likelihood: ScoredModel | null;
  /** @param batch images at once. @throws EngineError 'load-failed' */
  open(
    environment: Environment,
    fitted: FittedDetector,
    shape: ImageShape,
    batch: number,
  ): Promise<ImageScorer>;
}

/** A detector that is known, with none of its settings yet. */
export interface KnownDetector {
  readonly method: MethodFacts;
  /** What a preset says, with what was chosen instead, as plain data. */
  settings(preset: PresetName, shape: ImageShape, choices: FitChoices): unknown;
  /** Whether these are settings of this detector. */
  accepts(settings: unknown): boolean;
  /** @throws ZodError for settings that are not its own */
  bind(settings: unknown): BoundDetector;
}

const KNOWN: Readonly<Record<DetectorId, KnownDetector>> = {
  glow: entry('glow', DETECTORS.glow, schemas.glowFit),
  'dense-glow': entry('dense-glow', DETECTORS['dense-glow'], schemas.denseGlowFit),
  'local-glow': entry('local-glow', DETECTORS['local-glow'], schemas.localGlowFit),
  'class-glow': entry('class-glow', DETECTORS['class-glow'], schemas.classGlowFit),
  pixelcnn: entry('pixelcnn', DETECTORS.pixelcnn, schemas.pixelCnnFit),
  'patch-memory': entry('patch-memory', DETECTORS['patch-memory'], schemas.patchMemory),
  'k-nearest': entry('k-nearest', DETECTORS['k-nearest'], schemas.featureStatistic(schemas.kNearest)),
  mahalanobis: entry('mahalanobis', DETECTORS.mahalanobis, schemas.featureStatistic(schemas.mahalanobis)),
  pca: entry('pca', DETECTORS.pca, schemas.featureStatistic(schemas.pca)),
  kde: entry('kde', DETECTORS.kde, schemas.featureStatistic(schemas.kde)),
  mse: entry('mse', DETECTORS.mse, schemas.featureStatistic(schemas.nothing)),
  'mse-ratio': entry('mse-ratio', DETECTORS['mse-ratio'], schemas.featureStatistic(schemas.nothing)),
  'contrastive-flow': entry('contrastive-flow', DETECTORS['contrastive-flow'], schemas.contrastiveFlow),
  'plain-flow': entry('plain-flow', DETECTORS['plain-flow'], schemas.featureFlow),
  'flow-ratio': entry('flow-ratio', DETECTORS['flow-ratio'], schemas.featureFlow),
  'flow-margin': entry('flow-margin', DETECTORS['flow-margin'], schemas.marginFlow),
  hsc: entry('hsc', DETECTORS.hsc, schemas.hsc),
  bce: entry('bce', DETECTORS.bce, schemas.withExposure),
  focal: entry('focal', DETECTORS.focal, schemas.focal),
  'deep-sad': entry('deep-sad', DETECTORS['deep-sad'], schemas.withExposure),
  'deep-svdd': entry('deep-svdd', DETECTORS['deep-svdd'], schemas.oneClass),
};

/** In the order in which people are offered them. */
export const KNOWN_DETECTORS: readonly KnownDetector[] = METHODS.flatMap(({ id }) => known(id) ?? []);

export function known(id: string): KnownDetector | undefined {
  return Object.values(KNOWN).find(({ method }) => method.id === id);
}

/** Whether a choice names a detector and holds settings of it. */
export function isKnown({ id, settings }: DetectorChoice): boolean {
  return known(id)?.accepts(settings) ?? false;
}

/** @throws RangeError for an id that is none; ZodError for settings that are not of that detector */
export function boundDetector({ id, settings }: DetectorChoice): BoundDetector {
  const found = known(id);
  if (found === undefined) throw new RangeError(`there is no detector ${id}`);
  return found.bind(settings);
}

/** One place where a detector and the schema of its settings meet, so that they can be told apart by id alone afterwards. */
function entry<Settings>(
  id: DetectorId,
  method: Method<Settings>,
  schema: z.ZodType<Settings>,
): KnownDetector {
  const { title, use, source, kind, needs, hasMaps, tiles } = method;
  const unit = method.kind === 'trained' ? method.unit : null;
  const { generalModelOf = id } = method;
  const facts: MethodFacts = {
    id,
    title,
    use,
    source,
    kind,
    needs,
    hasMaps,
    tiles,
    unit,
    generalModelOf,
  };
  return {
    method: facts,
    settings: (preset, shape, choices) => method.settings(preset, shape, choices),
    accepts: (settings) => schema.safeParse(settings).success,
    bind: (given) => bound(schema.parse(given)),
  };

  function bound(settings: Settings): BoundDetector {
    const detector: BoundDetector = {
      method: facts,
      settings,
      fit:
        method.kind === 'trained'
          ? {
              kind: 'trained',
              effort: method.effort(settings),
              prepare: (environment, data, seed) => method.prepare(environment, data, settings, seed),
            }
          : {
              kind: 'computed',
              compute: (environment, data, seed) => method.compute(environment, data, settings, seed),
            },
      shallower() {
        const shallow = method.shallower?.(settings);
        return shallow === undefined
          ? { detector, times: 1 }
          : { detector: bound(shallow.settings), times: shallow.times };
      },
      kept: (shape) => method.kept(settings, shape),
      likelihood: method.likelihood?.(settings) ?? null,
      open: (environment, fitted, shape, batch) => method.open(environment, settings, fitted, shape, batch),
    };
    return detector;
  }
}
