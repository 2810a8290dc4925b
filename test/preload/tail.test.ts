import { expect, it } from 'vitest';
import { tailSentence, tailShare, tailText } from '../../preload/contract.ts';

it.each([
  // Of 480: 3 as high; none; all. Of 100,000: none. Of 8: none.
  [{ probability: 4 / 481, low: 0.001291, high: 0.018156 }, '0.8 % (0.1–1.8 %)'],
  [{ probability: 1 / 481, low: 0, high: 0.007656 }, '0.2 % (0–0.8 %)'],
  [{ probability: 1, low: 0.992, high: 1 }, '100 % (99–100 %)'],
  [{ probability: 1 / 100_001, low: 0, high: 0.0000369 }, '0.001 % (0–0.004 %)'],
  [{ probability: 1 / 9, low: 0, high: 0.36942 }, '11 % (0–37 %)'],
])('a share of normals is told in as many digits as it has: %j', (tail, text) => {
  expect(tailText(tail)).toBe(text);
  expect(tailShare(tail)).toBe(text.slice(0, text.indexOf(' (')));
  expect(tailSentence(tail)).toBe(`as high in ${text.replace(' (', ' of normals (')}`);
});
