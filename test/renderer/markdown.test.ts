import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../renderer/markdown.ts';

describe('parseMarkdown', () => {
  it('reads headings, paragraphs with bold and code, and lists', () => {
    expect(
      parseMarkdown(
        '# brain\n\n**Not for diagnosis.** Input `images`,\nscaled.\n\n## Limits\n\n- one\n- two',
      ),
    ).toEqual([
      { kind: 'heading', level: 1, spans: [{ kind: 'text', text: 'brain' }] },
      {
        kind: 'paragraph',
        spans: [
          { kind: 'strong', text: 'Not for diagnosis.' },
          { kind: 'text', text: ' Input ' },
          { kind: 'code', text: 'images' },
          { kind: 'text', text: ', scaled.' },
        ],
      },
      { kind: 'heading', level: 2, spans: [{ kind: 'text', text: 'Limits' }] },
      { kind: 'list', items: [[{ kind: 'text', text: 'one' }], [{ kind: 'text', text: 'two' }]] },
    ]);
  });

  it('reads tables, an escaped bar within a cell, and leaves out an empty head', () => {
    const [table] = parseMarkdown('| | |\n| --- | --- |\n| On | a \\| b |\n| Seed | 0 |');
    expect(table).toEqual({
      kind: 'table',
      head: null,
      rows: [
        [[{ kind: 'text', text: 'On' }], [{ kind: 'text', text: 'a | b' }]],
        [[{ kind: 'text', text: 'Seed' }], [{ kind: 'text', text: '0' }]],
      ],
    });
  });

  it('takes markup for the text that it is', () => {
    expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
      { kind: 'paragraph', spans: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] },
    ]);
  });
});
