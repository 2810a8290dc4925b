import { FitDataError } from '../../models/detectors/shared/fit-data-error.ts';
import { FeatureError } from '../../models/features/feature-error.ts';
import { EncoderError } from '../engine/encoders/encoder-error.ts';
import { EngineError } from '../engine/engine-error.ts';
import { IngestError } from '../ingest/errors.ts';
import { JobError } from '../jobs/job-error.ts';
import { StoreError } from '../store/store-error.ts';
import { ServiceError } from './service-error.ts';

/** An error whose message was written for the person who reads it; null for any other. */
export function userFailure(
  error: unknown,
):
  | ServiceError
  | StoreError
  | IngestError
  | EncoderError
  | EngineError
  | JobError
  | FitDataError
  | FeatureError
  | null {
  return error instanceof ServiceError ||
    error instanceof StoreError ||
    error instanceof IngestError ||
    error instanceof EncoderError ||
    error instanceof EngineError ||
    error instanceof JobError ||
    error instanceof FitDataError ||
    error instanceof FeatureError
    ? error
    : null;
}
