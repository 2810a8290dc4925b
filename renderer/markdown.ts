/** The Markdown that model cards are written in, as plain data: what is drawn from it cannot smuggle in any markup. */

export interface Span {
  readonly kind: 'text' | 'strong' | 'code';
  readonly text: string;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** `head` is null where its cells are empty. */
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Span[])[] | null;
      readonly rows: readonly (readonly (readonly Span[])[])[];
    };

/** Blocks are parted by empty lines; what is not known is a paragraph. */
export function parseMarkdown(text: string): Block[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseBlock);
}

function parseBlock(part: string): Block {
  const lines = part.split('\n').map((line) => line.trim());
  const heading = /^(#{1,6})\s+(.*)$/.exec(part);
  if (heading !== null && lines.length === 1) {
    return { kind: 'heading', level: heading[1]?.length ?? 1, spans: parseSpans(heading[2] ?? '') };
  }
  if (lines.every((line) => /^[-*] /.test(line))) {
    return { kind: 'list', items: lines.map((line) => parseSpans(line.slice(2))) };
  }
  const [first, second, ...rest] = lines;
  if (first !== undefined && second !== undefined && first.startsWith('|') && /^\|[\s:|-]+\|$/.test(second)) {
    const head = cellsOf(first);
    return {
      kind: 'table',
      head: head.some((cell) => cell.length > 0) ? head : null,
      rows: rest.map(cellsOf),
    };
  }
  return { kind: 'paragraph', spans: parseSpans(lines.join(' ')) };
}

function cellsOf(line: string): Span[][] {
  const inner = line.replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => parseSpans(cell.trim().replaceAll('\\|', '|')));
}

function parseSpans(text: string): Span[] {
  const spans = text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part): Span => {
    if (/^\*\*.+\*\*$/.test(part)) return { kind: 'strong', text: part.slice(2, -2) };
    if (/^`.+`$/.test(part)) return { kind: 'code', text: part.slice(1, -1) };
    return { kind: 'text', text: part };
  });
  return spans.filter((span) => span.text !== '');
}
