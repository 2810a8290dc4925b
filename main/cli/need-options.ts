import { type GivenNeed, MissingNeedError } from '../api/fit/fit-needs.ts';
import { UsageError } from './usage-error.ts';

const OPTIONS: Readonly<Record<GivenNeed, string>> = {
  general: '--general-images <dataset>',
  generalModel: '--general <model>',
  exposure: '--exposure <dataset[:label]>',
  encoder: '--encoder <name>',
};

/** What a detector lacks, with the options that give it; any other error as it is. */
export function namingOptions(error: unknown): unknown {
  if (!(error instanceof MissingNeedError)) return error;
  const options = error.needs.map((need) => OPTIONS[need]).join(' or ');
  return new UsageError(error.message.replace(/\.$/, `, with ${options}.`), { cause: error });
}
