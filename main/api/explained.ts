import { JobError, type JobErrorKind } from '../jobs/job-error.ts';
import { ServiceError, type ServiceErrorKind } from './service-error.ts';

/** What the science cannot go on with, in the services' words. */
export async function* explained<Message>(
  messages: AsyncGenerator<Message, void, undefined>,
): AsyncGenerator<Message, void, undefined> {
  try {
    yield* messages;
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const kind = serviceKind(error.kind);
    throw kind === null ? error : new ServiceError(kind, error.message, { cause: error });
  }
}

function serviceKind(kind: JobErrorKind): ServiceErrorKind | null {
  switch (kind) {
    case 'not-finite':
    case 'unstable':
      return 'training-unstable';
    case 'no-readable-images':
      return 'no-images';
    case 'process-died':
    case 'bad-message':
      return null;
  }
}
