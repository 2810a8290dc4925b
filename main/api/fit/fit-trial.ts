/** What is tried to tell how long a fit would take: a part of a step where a whole one may take minutes. */
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { DetectorEncoder } from '../../jobs/detector.ts';
import type { BoundDetector } from '../../jobs/known-detectors.ts';
import type { StepTrial } from '../../jobs/step-trial-protocol.ts';
import type { Context } from '../context.ts';
import { findDetector } from '../models/detectors.ts';
import { encoderChoice } from '../encoders/encoders.ts';
import type { FitRequest } from './fit-types.ts';
import { featuresFolder } from '../models/known-models.ts';

/** Pixels at once at most, so that large images are tried in seconds too. */
const TRIAL_PIXELS = 8 * 64 * 64;

export interface Estimated {
  readonly detector: BoundDetector;
  readonly preparation: Preparation;
  readonly encoder: DetectorEncoder | null;
  /** Of all stages; 0 where the detector is computed. */
  readonly steps: number;
  readonly batchSize: number;
  /** The same with so many images a step. */
  readonly smaller: (batchSize: number) => BoundDetector;
}

/** @throws ServiceError 'unknown-detector' | 'unknown-encoder' */
export function estimated(ctx: Context, request: FitRequest): Estimated {
  const { preparation, preset, steps } = request;
  const known = findDetector(request.detector);
  const { channels, height, width } = preparation;
  const bound = (batchSize: number | null): BoundDetector =>
    known.bind(
      known.settings(
        preset,
        { channels, height, width },
        {
          ...(steps === null ? {} : { steps }),
          ...(batchSize === null ? {} : { batchSize }),
          flipHorizontally: false,
          fineTuning: request.general !== null,
          classes: 2,
        },
      ),
    );
  const detector = bound(request.batchSize);
  const { fit, method } = detector;
  const effort = fit.kind === 'trained' ? fit.effort : { steps: 0, batchSize: 1 };
  return {
    ...effort,
    detector,
    preparation,
    encoder:
      request.encoder === null || method.needs.encoder === 'none'
        ? null
        : {
            choice: encoderChoice(ctx, request.encoder),
            cacheFolder: featuresFolder(ctx),
            fingerprint: null,
          },
    smaller: (batchSize) => bound(batchSize),
  };
}

/** @returns what to try, and how many times as long a whole step takes */
export function trialOf({ detector, preparation, encoder, batchSize, smaller }: Estimated): {
  readonly trial: StepTrial;
  readonly times: number;
} {
  const trialWith = (tried: BoundDetector): StepTrial => ({
    detector: { id: tried.method.id, settings: tried.settings },
    preparation,
    encoder,
  });
  // What is trained on features does not grow with the images.
  if (encoder !== null || detector.fit.kind === 'computed') return { trial: trialWith(detector), times: 1 };
  const atOnce = Math.max(1, Math.floor(TRIAL_PIXELS / (preparation.height * preparation.width)));
  const tried = Math.min(batchSize, atOnce);
  const { detector: shallow, times } = smaller(tried).shallower();
  return { trial: trialWith(shallow), times: times * (batchSize / tried) };
}
