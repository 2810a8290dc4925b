import type { Changes } from '../app.ts';
import { setDecisions, undoDecisions } from '../triage/decisions.ts';
import { os } from './base.ts';

export const decisionHandlers = {
  set: os.decisions.set.handler(({ context, input }) => {
    const outcome = setDecisions(context.services, input);
    if (outcome.changed > 0) announce(context.changes);
    return outcome;
  }),
  undo: os.decisions.undo.handler(({ context, input }) => {
    const outcome = undoDecisions(context.services, input.undoId);
    if (outcome.changed > 0) announce(context.changes);
    return outcome;
  }),
};

function announce(changes: Changes): void {
  changes.announce('decisions');
  changes.announce('audit');
}
