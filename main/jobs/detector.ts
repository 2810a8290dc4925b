import type { ParameterData } from '../../models/detectors/detector.ts';
import { type GlowSettings, glowModel } from '../../models/detectors/glow/model.ts';
import type { Environment } from '../../models/device.ts';
import type { ImageShape } from '../../models/images.ts';
import { LikelihoodScorer } from '../../models/detectors/shared/likelihood-scorer.ts';
import type { ScoredImage } from '../../models/detectors/shared/likelihood-scores.ts';

/** One fitted flow as plain data. */
export interface FittedFlow {
  readonly settings: GlowSettings;
  readonly parameters: ParameterData;
}

/** A detector as plain data: the in-distribution flow, and the general one of a ratio. */
export interface Detector {
  readonly own: FittedFlow;
  readonly general: FittedFlow | null;
}

/** Scores images with both flows of a detector. */
export class DetectorScorer {
  readonly batch: number;
  readonly #own: LikelihoodScorer;
  readonly #general: LikelihoodScorer | null;

  private constructor(own: LikelihoodScorer, general: LikelihoodScorer | null) {
    this.batch = own.batch;
    this.#own = own;
    this.#general = general;
  }

  /** @throws EngineError 'load-failed' */
  static async open(
    environment: Environment,
    detector: Detector,
    shape: ImageShape,
    batch: number,
  ): Promise<DetectorScorer> {
    const open = ({ settings, parameters }: FittedFlow) =>
      LikelihoodScorer.open(environment, glowModel(settings), parameters, batch, shape);
    const own = await open(detector.own);
    if (detector.general === null) return new DetectorScorer(own, null);
    try {
      return new DetectorScorer(own, await open(detector.general));
    } catch (error) {
      await own.dispose();
      throw error;
    }
  }

  /** At most `batch` images, planar 8 bit. */
  async score(images: readonly Uint8Array[]): Promise<ScoredImage[]> {
    const own = await this.#own.score(images);
    const general = await this.#general?.score(images);
    return own.map((likelihood, index) => ({ own: likelihood, general: general?.[index] ?? null }));
  }

  async dispose(): Promise<void> {
    await this.#own.dispose();
    await this.#general?.dispose();
  }
}

/** As many images at once as keep a device busy without filling its memory. */
export function scoringBatch({ height, width }: Pick<ImageShape, 'height' | 'width'>): number {
  const pixels = 2 ** 17;
  return Math.min(64, Math.max(1, Math.floor(pixels / (height * width))));
}
