import { thrownMessage } from '../errors.ts';
import type { IngestError } from '../errors.ts';
import { corrupt, truncated } from '../problems.ts';

/** A data set that cannot be followed further; becomes an IngestError where the file's name is known. */
export class StructureProblem extends Error {
  readonly kind: 'truncated' | 'corrupt';

  constructor(kind: 'truncated' | 'corrupt', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StructureProblem';
    this.kind = kind;
  }
}

/** What stopped the reading of a data set, whoever threw it: dicom-parser throws strings where the bytes end. */
export function structureProblem(thrown: unknown): StructureProblem {
  if (thrown instanceof StructureProblem) return thrown;
  const message = thrownMessage(thrown);
  const short = /past buffer|past end of buffer|overread|less than/i.test(message);
  return new StructureProblem(short ? 'truncated' : 'corrupt', message, { cause: thrown });
}

export function asIngestError(problem: StructureProblem, path: string): IngestError {
  return problem.kind === 'truncated'
    ? truncated(path, { cause: problem })
    : corrupt(path, problem.message, { cause: problem });
}

/** Runs what may meet a damaged sequence. @throws IngestError for a StructureProblem, and whatever else is thrown */
export function orIngestError<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof StructureProblem ? asIngestError(thrown, path) : thrown;
  }
}
