/** The parent's side of a job process, against processes that do what real ones do rarely. */
import { describe, expect, it } from 'vitest';
import { JobHost } from '../../../main/jobs/host.ts';
import type { JobProcess } from '../../../main/jobs/job-process.ts';
import { failure } from '../../../main/jobs/protocol-failure.ts';
import { Request } from '../../../main/jobs/request.ts';
import { EngineError } from '../../../main/engine/engine-error.ts';
import { IngestError } from '../../../main/ingest/errors.ts';
import { errorOf, failureOf } from '../../../main/jobs/failures.ts';
import { JobError } from '../../../main/jobs/job-error.ts';

const SETTINGS = { device: 'cpu', graphs: '/nowhere', background: true, notify: () => undefined } as const;

/** A process that answers each request as told; `undefined` for no answer. */
function processThat(
  answer: (request: object) => object | 'exit' | undefined,
): JobProcess & { killed: boolean } {
  let onMessage: (message: unknown) => void = () => undefined;
  let onExit: (how: string) => void = () => undefined;
  return {
    killed: false,
    post: (message) => {
      const answered = answer(message);
      if (answered === 'exit') queueMicrotask(() => onExit('ended by SIGSEGV'));
      else if (answered !== undefined) queueMicrotask(() => onMessage(answered));
    },
    onMessage: (listener) => (onMessage = listener),
    onExit: (listener) => (onExit = listener),
    kill() {
      this.killed = true;
    },
  };
}

describe('a process that is not what it should be', () => {
  it('fails what was asked when it dies, and what is asked after', async () => {
    const process = processThat((request) => ('kind' in request ? 'exit' : undefined));
    await expect(JobHost.open(process, SETTINGS)).rejects.toMatchObject({
      kind: 'process-died',
      cause: 'ended by SIGSEGV',
    });
  });

  it('is ended when it says what nobody understands', async () => {
    const process = processThat(() => ({ kind: 'greeting', text: 'hello' }));
    await expect(JobHost.open(process, SETTINGS)).rejects.toMatchObject({ kind: 'bad-message' });
    expect(process.killed).toBe(true);
  });
});

describe('typed errors', () => {
  it('arrive as they were sent', () => {
    const errors = [
      new EngineError('device-unavailable', 'No device.'),
      new IngestError('corrupt', '/a/b.png', 'It is damaged.'),
      new JobError('not-finite', 'It is no number.'),
    ];
    for (const error of errors) {
      const arrived = errorOf(failure.parse(structuredClone(failureOf(error))));
      expect(arrived).toEqual(error);
      expect(arrived.constructor).toBe(error.constructor);
    }
    const mistake = errorOf(failureOf(new TypeError('x is undefined')));
    expect(mistake.message).toBe('x is undefined');
    expect(String(mistake.cause)).toContain('host.test.ts');
  });
});

describe('a request', () => {
  it('runs ahead of who takes its replies by a bounded number', async () => {
    const posted: object[] = [];
    const request = new Request(1, (message) => posted.push(message));
    let sent = 0;
    const work = async () => {
      for (; sent < 40; sent++) await request.reply(sent);
    };
    const working = work();
    const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
    await settled();
    const ahead = posted.length;
    expect(ahead).toBeLessThan(20);
    await settled();
    expect(posted).toHaveLength(ahead);
    request.taken();
    await settled();
    expect(posted).toHaveLength(ahead + 1);
    for (let taken = 0; taken < 39; taken++) request.taken();
    await working;
    expect(posted).toHaveLength(40);
  });

  it('asks for one page of files at a time', async () => {
    const posted: object[] = [];
    const request = new Request(1, (message) => posted.push(message));
    const pages = request.pages();
    const first = pages.next();
    expect(posted).toHaveLength(1);
    request.page([]);
    expect(await first).toEqual({ done: false, value: [] });
    expect(posted).toHaveLength(1);
    const last = pages.next();
    request.page(null);
    expect((await last).done).toBe(true);
    expect(posted).toHaveLength(2);
  });
});
