import { countText } from '../../format.ts';
import { api } from '../../api.ts';
import { useSnackbar } from '../../stores/snackbar.ts';
import type { Verdict } from '../../../preload/contract.ts';
import { VERDICTS } from './verdict-wording.ts';

export interface Decided {
  readonly fileIds: readonly number[];
  readonly verdict: Verdict | null;
  /** Null leaves the note as it is. */
  readonly note: string | null;
}

/** How many cases one decision may be about. */
export const MOST_AT_ONCE = 5000;
/** What Z takes back, the latest last. Kept between the list and a case. */
const undoable: number[] = [];
const MOST_UNDOABLE = 200;

/**
 * Decides, tells what was decided, and takes it back.
 * @param showAtOnce called before the program has answered; its answer comes as a change of topic "decisions"
 * @param takeBack called where it failed: what was shown does not hold
 */
export function useDecisions(showAtOnce: (decided: Decided) => void, takeBack: () => void) {
  const snackbar = useSnackbar();

  const undo = async (undoId: number): Promise<void> => {
    const at = undoable.lastIndexOf(undoId);
    if (at >= 0) undoable.splice(at, 1);
    const { changed } = await api.decisions.undo({ undoId });
    snackbar.show(
      changed === 0
        ? 'Nothing to take back: it was decided anew since.'
        : `Taken back for ${cases(changed)}.`,
    );
  };

  return {
    decide: async (runId: number, decided: Decided): Promise<void> => {
      if (decided.fileIds.length === 0) return;
      showAtOnce(decided);
      try {
        const { changed, undoId } = await api.decisions.set({
          runId,
          fileIds: [...decided.fileIds],
          verdict: decided.verdict,
          note: decided.note,
          reason: null,
        });
        if (undoId === null) return;
        undoable.push(undoId);
        undoable.splice(0, undoable.length - MOST_UNDOABLE);
        snackbar.show(deedText(decided, changed), () => undo(undoId));
      } catch (error) {
        takeBack();
        snackbar.fail(error);
      }
    },
    undoLatest: async (): Promise<void> => {
      const undoId = undoable.at(-1);
      if (undoId === undefined) {
        snackbar.show('Nothing to take back.');
        return;
      }
      try {
        await undo(undoId);
      } catch (error) {
        snackbar.fail(error);
      }
    },
  };
}

function deedText({ verdict, note }: Decided, changed: number): string {
  if (note !== null) return `Note saved for ${cases(changed)}.`;
  if (verdict === null) return `Decision taken back for ${cases(changed)}.`;
  return verdict === 'unsure'
    ? `Unsure about ${cases(changed)}.`
    : `${VERDICTS[verdict].done} ${cases(changed)}.`;
}

function cases(count: number): string {
  return countText(count, 'case');
}
