import { expect, it } from 'vitest';
import { committed, generated } from '../../tools/formats/page.ts';

it('docs/formats.md says what becomes of each kind of file: "npm run formats" writes it anew', async () => {
  expect(await committed()).toBe(await generated());
});
