import { describe, expect, it } from 'vitest';
import { JobBoard } from '../../../../main/api/jobs/job-board.ts';
import { RunningJob, newJob } from '../../../../main/api/jobs/running-job.ts';

function runningJob(board: JobBoard, id: number) {
  return new RunningJob(board, { ...newJob(id, `Job ${id}`), kind: 'example' as const });
}

describe('JobBoard', () => {
  it('tells each watcher of all jobs, then of changes, however many there were, as one', async () => {
    const board = new JobBoard();
    const first = runningJob(board, 1);
    runningJob(board, 2);
    const ending = new AbortController();
    const news = board.watch(ending.signal);
    const other = board.watch(undefined);
    const next = async () => (await news.next()).value;
    expect(await next()).toMatchObject({ id: 1, done: 0 });
    expect(await next()).toMatchObject({ id: 2 });
    for (let done = 1; done <= 1000; done++) first.set({ done });
    expect(await next()).toMatchObject({ id: 1, done: 1000 });
    const later = next();
    first.end({ status: 'done', error: null });
    expect(await later).toMatchObject({ id: 1, status: 'done', done: 1000 });
    const last = news.next();
    ending.abort();
    expect((await last).done).toBe(true);
    // Who comes late sees everything as it is.
    expect((await other.next()).value).toMatchObject({ id: 1, status: 'done' });
    await other.return();
  });

  it('keeps a bounded number of notices, each once', () => {
    const board = new JobBoard();
    const job = runningJob(board, 1);
    job.notice('Once.');
    job.notice('Once.');
    expect(board.get(1).notices).toEqual(['Once.']);
    for (let index = 0; index < 100; index++) job.notice(`Notice ${index}.`);
    expect(board.get(1).notices.length).toBeLessThan(50);
  });
});
