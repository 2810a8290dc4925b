import type { ClientContext, ClientLink } from '@orpc/client';

type Link = ClientLink<ClientContext>;

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** `attempt` counts the tries to reach it again, from 1. */
  | { readonly kind: 'lost'; readonly attempt: number }
  /** The program answers, but takes this page for a stranger: its address is from an earlier start. */
  | { readonly kind: 'refused' };

export type ConnectionEvent = 'opened' | 'closed' | 'refused';

export function nextState(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  switch (event) {
    case 'opened':
      return { kind: 'open' };
    case 'closed':
      return { kind: 'lost', attempt: state.kind === 'lost' ? state.attempt + 1 : 1 };
    case 'refused':
      return { kind: 'refused' };
  }
}

/** Milliseconds to wait before a try: soon at first, then every five seconds. */
export const retryDelay = (attempt: number): number => Math.min(250 * 2 ** (attempt - 1), 5000);

/** Opens one connection and tells what becomes of it. After 'closed' or 'refused' it says no more. */
export type Transport = (events: {
  readonly opened: (link: Link) => void;
  readonly closed: () => void;
  readonly refused: () => void;
}) => void;

export class ConnectionError extends Error {
  readonly kind: 'lost' | 'refused';

  constructor(kind: 'lost' | 'refused') {
    super(
      kind === 'lost'
        ? 'The connection to flowscreen was lost: try again once it is back.'
        : 'flowscreen was restarted, so this page is no longer let in: open the address that it printed.',
    );
    this.name = 'ConnectionError';
    this.kind = kind;
  }
}

/**
 * A connection that is made again whenever it breaks. As a link it waits for the first connection, and fails at once while a
 * later one is missing: what was asked for minutes ago must not be done behind the user's back.
 */
export class Connection implements Link {
  #state: ConnectionState = { kind: 'connecting' };
  #link: Link | null = null;
  readonly #transport: Transport;
  readonly #listeners = new Set<(state: ConnectionState) => void>();

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Calls back at each change, until the function that it returns is called. */
  onChange(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when calls can be made; never where they never can. */
  async whenOpen(): Promise<void> {
    if (this.#state.kind === 'open') return;
    await new Promise<void>((resolve) => {
      const stop = this.onChange((state) => {
        if (state.kind !== 'open') return;
        stop();
        resolve();
      });
    });
  }

  readonly call: Link['call'] = async (path, input, options) => {
    const link = await this.#opened();
    try {
      return await link.call(path, input, options);
    } catch (error) {
      // A call that was cut off fails with whatever its transport says: the cause is what the user must hear.
      if (this.#link !== link && options.signal?.aborted !== true) throw new ConnectionError('lost');
      throw error;
    }
  };

  async #opened(): Promise<Link> {
    if (this.#state.kind === 'connecting') {
      await new Promise<void>((resolve) => {
        const stop = this.onChange(() => {
          stop();
          resolve();
        });
      });
    }
    if (this.#link !== null) return this.#link;
    throw new ConnectionError(this.#state.kind === 'refused' ? 'refused' : 'lost');
  }

  #connect(): void {
    this.#transport({
      opened: (link) => this.#enter('opened', link),
      closed: () => {
        this.#enter('closed', null);
        if (this.#state.kind === 'lost') setTimeout(() => this.#connect(), retryDelay(this.#state.attempt));
      },
      refused: () => this.#enter('refused', null),
    });
  }

  #enter(event: ConnectionEvent, link: Link | null): void {
    this.#link = link;
    this.#state = nextState(this.#state, event);
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}
