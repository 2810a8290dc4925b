import { expect, it } from 'vitest';
import { committed, generated } from '../../tools/detectors/page.ts';

it('docs/detectors.md lists every detector: "npm run detectors" writes it anew', async () => {
  expect(await committed()).toBe(await generated());
});
