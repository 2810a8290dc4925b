/** Typed errors from one process to another. */
import { FitDataError } from '../../models/detectors/shared/fit-data-error.ts';
import { FeatureError } from '../../models/features/feature-error.ts';
import { EncoderError } from '../engine/encoders/encoder-error.ts';
import { EngineError } from '../engine/engine-error.ts';
import { IngestError } from '../ingest/errors.ts';
import { JobError } from './job-error.ts';
import type { Failure } from './protocol-failure.ts';

export function failureOf(error: unknown): Failure {
  if (error instanceof EngineError) return { of: 'engine', kind: error.kind, message: error.message };
  if (error instanceof IngestError) {
    return { of: 'ingest', kind: error.kind, path: error.path, message: error.message };
  }
  if (error instanceof FitDataError) return { of: 'fit-data', kind: error.kind, message: error.message };
  if (error instanceof FeatureError) return { of: 'feature', kind: error.kind, message: error.message };
  if (error instanceof JobError) return { of: 'job', kind: error.kind, message: error.message };
  if (error instanceof EncoderError) return { of: 'encoder', kind: error.kind, message: error.message };
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { of: 'unforeseen', message, stack };
}

export function errorOf(failure: Failure): Error {
  const { message } = failure;
  switch (failure.of) {
    case 'engine':
      return new EngineError(failure.kind, message);
    case 'ingest':
      return new IngestError(failure.kind, failure.path, message);
    case 'fit-data':
      return new FitDataError(failure.kind, message);
    case 'feature':
      return new FeatureError(failure.kind, message);
    case 'job':
      return new JobError(failure.kind, message);
    case 'encoder':
      return new EncoderError(failure.kind, message);
    case 'unforeseen':
      return new Error(message, { cause: failure.stack });
  }
}
