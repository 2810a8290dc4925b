import { useSession } from '../../stores/session.ts';

/** Cases that were selected in a ranked list, to be put into a report. Lives on when the window is closed. */
interface HandedCases {
  runId: number;
  fileIds: number[];
}

const held = (): HandedCases => useSession().view<HandedCases>('report-cases', { runId: 0, fileIds: [] });

/** Hands cases over to the report view: then go to its route with the query `cases=selected`. */
export function handOverCases(runId: number, fileIds: readonly number[]): void {
  const handed = held();
  handed.runId = runId;
  handed.fileIds = [...fileIds];
}

/** The cases handed over for this screening; none where they were of another. */
export function handedCases(runId: number): readonly number[] {
  const handed = held();
  return handed.runId === runId ? handed.fileIds : [];
}
