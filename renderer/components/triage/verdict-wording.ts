import { mdiCheckCircleOutline, mdiCircleOutline, mdiFlag, mdiHelpCircleOutline } from '@mdi/js';
import type { Verdict } from '../../../preload/contract.ts';

/** What a decision is called, with its key and its sign. A sign has a shape of its own: colour alone says nothing. */
export const VERDICTS = {
  flag: { label: 'Flag', done: 'Flagged', key: 'F', icon: mdiFlag, colour: 'error' },
  clear: { label: 'Clear', done: 'Cleared', key: 'C', icon: mdiCheckCircleOutline, colour: 'success' },
  unsure: { label: 'Unsure', done: 'Unsure', key: 'U', icon: mdiHelpCircleOutline, colour: 'warning' },
} as const satisfies Record<Verdict, unknown>;

export const UNDECIDED = { label: 'Undecided', icon: mdiCircleOutline } as const;

export function verdictText(verdict: Verdict | null): string {
  return verdict === null ? UNDECIDED.label : VERDICTS[verdict].done;
}
