import { z } from 'zod';
import { json, toJson } from './columns.ts';
import type { Connection } from './connection.ts';

const settingRow = z.object({ key: z.string(), value: json });

/** Settings by their names, as JSON: the caller, who knows what was stored, validates them. */
export class SettingRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Every setting that was ever saved. */
  all(): Record<string, unknown> {
    const rows = this.#connection.all(settingRow, 'SELECT key, value FROM setting');
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  set(key: string, value: unknown): void {
    this.#connection.run(
      `INSERT INTO setting (key, value) VALUES (@key, @value)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      { key, value: toJson(value, `setting "${key}"`) },
    );
  }
}
