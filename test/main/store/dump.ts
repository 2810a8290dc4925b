import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { DATABASE_NAME } from '../../../main/store/open.ts';

/** Everything that the database of a data folder holds, table by table. */
export function dumpOf(home: string): unknown {
  const database = new Database(join(home, DATABASE_NAME), { readonly: true });
  const tables = z
    .array(z.object({ name: z.string() }))
    .parse(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all());
  const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]);
  database.close();
  return rows;
}
