import { describe, expect, it } from 'vitest';
import { facts, left, right, table } from '../../../../main/cli/terminal/table.ts';

describe('a table', () => {
  it('puts names left and numbers right, under their titles, without spaces at the end', () => {
    expect(
      table(
        [right('rank'), left('file'), right('score')],
        [
          ['1', 'b/long name.png', '12.50'],
          ['10', 'a.png', '3.000'],
        ],
      ),
    ).toBe(
      ['rank  file             score', '   1  b/long name.png  12.50', '  10  a.png            3.000'].join(
        '\n',
      ),
    );
  });

  it('shows a file name that holds escape sequences and line breaks without obeying it', () => {
    expect(table([left('file')], [['evil\u001b[2Jname\n.png']])).toBe('file\nevilname\ufffd.png');
  });

  it('lists facts under each other', () => {
    expect(
      facts([
        ['name', 'mri'],
        ['images', '77'],
      ]),
    ).toBe('name    mri\nimages  77');
  });
});
