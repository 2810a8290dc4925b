import { listFailures, listRows, positionOf, showScreening } from '../triage/triage.ts';
import { os } from './base.ts';

export const triageHandlers = {
  screening: os.triage.screening.handler(({ context, input }) =>
    showScreening(context.services, input.runId, input.score),
  ),
  rows: os.triage.rows.handler(({ context, input: { offset, limit, ...query } }) =>
    listRows(context.services, query, { offset, limit }),
  ),
  position: os.triage.position.handler(({ context, input: { fileId, ...query } }) => ({
    index: positionOf(context.services, query, fileId),
  })),
  failures: os.triage.failures.handler(({ context, input: { runId, ...page } }) =>
    listFailures(context.services, runId, page),
  ),
};
