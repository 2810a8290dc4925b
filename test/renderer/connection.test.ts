import { describe, expect, it } from 'vitest';
import {
  Connection,
  ConnectionError,
  type ConnectionState,
  type Transport,
  nextState,
  retryDelay,
} from '../../renderer/connection.ts';

type Events = Parameters<Transport>[0];
type Link = Parameters<Events['opened']>[0];

/** A transport that does what the test says, and how often it was asked to connect. */
function wire(): { transport: Transport; asked: Events[]; last: () => Events } {
  const asked: Events[] = [];
  return {
    transport: (events) => asked.push(events),
    asked,
    last: () => {
      const events = asked.at(-1);
      if (events === undefined) throw new Error('nobody connected');
      return events;
    },
  };
}

const answering = (answer: unknown): Link => ({ call: () => Promise.resolve(answer) });
const call = (connection: Connection): Promise<unknown> =>
  connection.call(['system', 'info'], undefined, { context: {} });

describe('nextState', () => {
  it('counts the tries while the connection is missing, and starts anew after it was there', () => {
    let state: ConnectionState = { kind: 'connecting' };
    const seen = (['closed', 'closed', 'opened', 'closed'] as const).map(
      (event) => (state = nextState(state, event)),
    );
    expect(seen).toEqual([
      { kind: 'lost', attempt: 1 },
      { kind: 'lost', attempt: 2 },
      { kind: 'open' },
      { kind: 'lost', attempt: 1 },
    ]);
  });
});

describe('retryDelay', () => {
  it('grows to five seconds and no further', () => {
    expect([1, 2, 3, 5, 6, 40].map(retryDelay)).toEqual([250, 500, 1000, 4000, 5000, 5000]);
  });
});

describe('Connection', () => {
  it('keeps the first calls until it is open', async () => {
    const { transport, last } = wire();
    const connection = new Connection(transport);
    const answer = call(connection);
    last().opened(answering('here'));
    expect(await answer).toBe('here');
  });

  it('fails calls while it is lost, and those that the loss cut off, then works again', async () => {
    const { transport, asked, last } = wire();
    const connection = new Connection(transport);
    let cut = (): void => undefined;
    last().opened({
      call: () =>
        new Promise((_, reject) => {
          cut = () => reject(new Error('socket closed'));
        }),
    });
    const underway = call(connection);
    await Promise.resolve();
    last().closed();
    cut();
    await expect(underway).rejects.toThrow(ConnectionError);
    await expect(call(connection)).rejects.toThrow('The connection to flowscreen was lost');

    const open = connection.whenOpen();
    await expect.poll(() => asked.length).toBe(2);
    last().opened(answering('back'));
    await open;
    expect(await call(connection)).toBe('back');
  });

  it('passes on what a call itself fails with', async () => {
    const { transport, last } = wire();
    const connection = new Connection(transport);
    last().opened({ call: () => Promise.reject(new Error('no such model')) });
    await expect(call(connection)).rejects.toThrow('no such model');
  });

  it('does not knock again where it was refused', async () => {
    const { transport, asked, last } = wire();
    const connection = new Connection(transport);
    last().refused();
    await expect(call(connection)).rejects.toThrow('open the address that it printed');
    await new Promise((resolve) => setTimeout(resolve, retryDelay(1) + 50));
    expect(asked).toHaveLength(1);
  });

  it('tells of its changes until it is asked to stop', () => {
    const { transport, last } = wire();
    const connection = new Connection(transport);
    const seen: string[] = [];
    const stop = connection.onChange(({ kind }) => seen.push(kind));
    last().opened(answering(null));
    stop();
    last().refused();
    expect(seen).toEqual(['open']);
  });
});
