import { z } from 'zod';
import type { Connection } from './connection.ts';

/** What the window looked like, in the window's own words. */
export class SessionRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Null before the first was saved. */
  read(): string | null {
    return this.#connection.get(z.object({ state: z.string() }), 'SELECT state FROM session')?.state ?? null;
  }

  save(state: string): void {
    this.#connection.run(
      'INSERT INTO session (id, state) VALUES (1, @state) ON CONFLICT (id) DO UPDATE SET state = excluded.state',
      { state },
    );
  }
}
