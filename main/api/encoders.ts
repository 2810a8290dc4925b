import type { EncoderChoice } from '../jobs/encoder-choice.ts';
import type { Context } from './context.ts';
import { ServiceError } from './service-error.ts';

/** The encoder that needs no file, by the name that people choose it by. */
export const FILTER_BANK = 'filter-bank';

/** The encoder of that name, as jobs take it. @throws ServiceError 'unknown-encoder' */
export function encoderChoice(_ctx: Context, name: string): EncoderChoice {
  if (name === FILTER_BANK) return { kind: 'filter-bank' };
  throw new ServiceError(
    'unknown-encoder',
    `There is no encoder named "${name}"; choose "${FILTER_BANK}", or add it first.`,
  );
}
