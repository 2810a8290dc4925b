import { ORPCError } from '@orpc/client';
import { ConnectionError } from './connection.ts';

const UNFORESEEN = 'Something unforeseen happened: try again, or restart flowscreen.';

/** What a user is told of a failure: one sentence. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ConnectionError) return error.message;
  if (!(error instanceof ORPCError)) return UNFORESEEN;
  switch (error.code) {
    case 'SERVICE':
    case 'INTERNAL_SERVER_ERROR':
      return error.message;
    case 'BAD_REQUEST':
      return `What was entered cannot be used: ${issueOf(error.data) ?? 'check the fields and try again'}.`;
    case 'NOT_FOUND':
      return 'This version of flowscreen does not know that action: reload the page.';
    default:
      return UNFORESEEN;
  }
}

/** Which of the kinds that a service can fail with; null where it was something else. */
export function kindOf(error: unknown): string | null {
  if (!(error instanceof ORPCError) || error.code !== 'SERVICE') return null;
  const data: unknown = error.data;
  return isRecord(data) && typeof data['kind'] === 'string' ? data['kind'] : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The first thing that the schema found wrong: "steps: too small". */
function issueOf(data: unknown): string | null {
  if (!isRecord(data) || !Array.isArray(data['issues'])) return null;
  const issues: readonly unknown[] = data['issues'];
  const first = issues[0];
  if (!isRecord(first) || typeof first['message'] !== 'string') return null;
  const path: readonly unknown[] = Array.isArray(first['path']) ? first['path'] : [];
  const where = path.filter((part) => typeof part === 'string' || typeof part === 'number').join('.');
  const what = first['message'];
  return where === '' ? what : `${where}: ${what}`;
}
