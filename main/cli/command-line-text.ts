import { programName } from './npm.ts';
import type { GlobalOptions } from './session.ts';

/** A command as the person would type it now, in the same data folder and on the same device. */
export function commandLineText(command: string, { home, homeGiven, device }: GlobalOptions): string {
  const globals = [
    ...(homeGiven ? [`--home ${quoted(home)}`] : []),
    ...(device === 'auto' ? [] : [`--device ${device}`]),
  ];
  return [programName, command, ...globals].join(' ');
}

/** A word as shells take it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`;
}
