import { showCase } from '../triage/cases.ts';
import { os } from './base.ts';

export const caseHandlers = {
  show: os.cases.show.handler(({ context, input }) =>
    showCase(context.services, input.runId, input.fileId, input.score),
  ),
};
