import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../../main/store/open.ts';
import { answer, flowscreen, refusal, temporaryFolder } from './command-line.ts';

const list = z.object({ total: z.int(), entries: z.array(z.object({ id: z.int(), subject: z.string() })) });

it('the audit trail is listed, and whoever changed it outside is found out by the exit code', async () => {
  const home = temporaryFolder();
  const store = openStore(home);
  for (const subject of ['dataset a', 'dataset b', 'dataset c']) {
    store.audit.append({
      who: 'ana',
      action: 'dataset added',
      subject,
      oldValue: null,
      newValue: null,
      reason: null,
    });
  }
  store.close();
  const shown = await answer(list, ['audit', 'list', '--limit', '2', '--home', home]);
  expect(shown).toEqual({
    total: 3,
    entries: [
      { id: 3, subject: 'dataset c' },
      { id: 2, subject: 'dataset b' },
    ],
  });
  const intact = await flowscreen(['audit', 'verify', '--home', home]);
  expect([intact.code, intact.stdout]).toEqual([0, expect.stringContaining('intact: 3 entries')]);

  const database = new Database(join(home, 'flowscreen.sqlite'));
  database.exec(`DROP TRIGGER audit_is_never_changed; UPDATE audit SET who = 'nobody' WHERE id = 2`);
  database.close();
  expect(await refusal(['audit', 'verify', '--home', home])).toMatchObject({
    code: 1,
    kind: 'audit-broken',
  });
}, 120_000);
