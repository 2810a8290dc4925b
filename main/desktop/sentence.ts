import { userFailure } from '../api/user-failure.ts';
import { ServeError } from '../serve/serve-error.ts';
import { StartError } from './start-error.ts';

/** What a person is told of a failure that ends the program. */
export function sentenceOf(error: unknown): string {
  const failure = error instanceof ServeError || error instanceof StartError ? error : userFailure(error);
  return (
    failure?.message ??
    'flowscreen failed in a way it should not; the log in its data folder says where, please report it.'
  );
}
