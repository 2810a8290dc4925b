import { expect, it } from 'vitest';
import { IngestError } from '../../../main/ingest/errors.ts';
import { corrupt, unsupported } from '../../../main/ingest/problems.ts';

/** What a hostile file may put where a name belongs: a colour of the terminal, a second line, a line of Unicode, no end. */
const HOSTILE = `\u001b[31mMONO\r\nall is well\u2028\u009b${'x'.repeat(100_000)}`;

it.each([
  ['damage', corrupt('/a/b.dcm', `its syntax is ${HOSTILE}`)],
  ['a kind that is not read', unsupported('/a/b.dcm', `has the syntax ${HOSTILE}`)],
])('%s is told in one short line, whatever the file says', (_, error) => {
  expect(error.message).toMatch(/^"\/a\/b\.dcm" [^\p{Cc}\u2028]{1,400}\.$/u);
});

it('a path that breaks lines does not break the message, and stays what it is', () => {
  const error = new IngestError('corrupt', '/a\nb', '"/a\nb" is damaged.');
  expect(error.message).toBe('"/a\ufffdb" is damaged.');
  expect(error.path).toBe('/a\nb');
});
