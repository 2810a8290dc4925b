import { userInfo } from 'node:os';

/** Who works here, for the records; a container may run under a number without a name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? 'unknown';
  }
}
