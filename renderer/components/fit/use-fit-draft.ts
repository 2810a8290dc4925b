import { useSession } from '../../stores/session.ts';
import { type FitDraft, fitDraft } from './fit-draft.ts';

/** As it was left, also by an earlier run of the program. */
export const useFitDraft = (): FitDraft => useSession().view('fit-form', fitDraft());
