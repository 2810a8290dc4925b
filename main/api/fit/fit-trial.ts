/** What is tried to tell how long a fit would take: a part of a step where a whole one may take minutes. */
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { DetectorEncoder } from '../../jobs/detector.ts';
import type { BoundDetector } from '../../jobs/known-detectors.ts';
import type { StepTrial } from '../../jobs/step-trial-protocol.ts';
import type { Context } from '../context.ts';
import { findDetector } from '../models/detectors.ts';
import { encoderChoice } from '../encoders/encoders.ts';
import { triedAtOnce } from '../jobs/step-trials.ts';
import type { FitRequest } from './fit-types.ts';
import { featuresFolder } from '../models/known-models.ts';

export interface Estimated {
  readonly detector: BoundDetector;
  readonly preparation: Preparation;
  readonly encoder: DetectorEncoder | null;
  /** Of all stages; 0 where the detector is computed. */
  readonly steps: number;
  readonly batchSize: number;
  /** The same with so many images a step, in the preset's number of steps: another number of them is no other trial. */
  readonly smaller: (batchSize: number) => BoundDetector;
}

/** @throws ServiceError 'unknown-detector' | 'unknown-encoder' */
export function estimated(ctx: Context, request: FitRequest): Estimated {
  const { preparation, preset } = request;
  const known = findDetector(request.detector);
  const { channels, height, width } = preparation;
  const bound = (steps: number | null, batchSize: number | null): BoundDetector =>
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
  const detector = bound(request.steps, request.batchSize);
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
    smaller: (batchSize) => bound(null, batchSize),
  };
}

/** @returns what to try, and how many times as long a whole step takes */
export function trialOf({ detector, preparation, encoder, batchSize, smaller }: Estimated): {
  readonly trial: StepTrial;
  readonly times: number;
} {
  const trialWith = (tried: BoundDetector): StepTrial => ({
    kind: 'fit',
    detector: { id: tried.method.id, settings: tried.settings },
    preparation,
    encoder,
  });
  // What is trained on features does not grow with the images.
  if (encoder !== null || detector.fit.kind === 'computed') return { trial: trialWith(detector), times: 1 };
  const tried = triedAtOnce(batchSize, preparation);
  const { detector: shallow, times } = smaller(tried).shallower();
  return { trial: trialWith(shallow), times: times * (batchSize / tried) };
}
