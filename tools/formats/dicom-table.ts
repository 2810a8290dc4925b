import { markdownTable } from '../../bench/markdown-table.ts';
import { startEncoders } from './codestreams.ts';
import { BITS, PHOTOMETRICS, isLossy } from './images.ts';
import type { Bits, Photometric } from './images.ts';
import { judge } from './judge.ts';
import { makeFile } from './make-file.ts';
import { Reasons } from './reasons.ts';
import { ROOT, SYNTAXES } from './syntaxes.ts';
import type { TransferSyntax } from './syntaxes.ts';

/** Photometric interpretations of a syntax, with their cells. */
type Rows = ReadonlyMap<Photometric, readonly string[]>;

/** The blocks of Markdown that say what becomes of each kind of DICOM file. */
export async function dicomTable(): Promise<string[]> {
  await startEncoders();
  const reasons = new Reasons();
  const groups = new Map<string, { syntaxes: TransferSyntax[]; rows: Rows }>();
  for (const syntax of SYNTAXES) {
    const rows = await rowsOf(syntax, reasons);
    const key = JSON.stringify([...rows]);
    const group = groups.get(key) ?? { syntaxes: [], rows };
    group.syntaxes.push(syntax);
    groups.set(key, group);
  }
  const lines = [...groups.values()].flatMap(({ syntaxes, rows }) =>
    grouped(rows).map(([photometrics, cells]) => [numbersOf(syntaxes), photometrics.join(', '), ...cells]),
  );
  return [
    '**exact**: the values that were encoded come back; **read**: within what the coding or the conversion of colours loses; a number: refused, for the reason below; ' +
      '–: nothing at hand encodes it; empty: the standard has no such file. Bits are those stored, of those allocated where they differ; ± is signed.',
    markdownTable(
      ['Transfer syntaxes', 'Photometric interpretation', ...BITS.map(({ name }) => name)],
      lines,
    ),
    reasons.list(),
    `Transfer syntaxes by the end of their UID, behind ${ROOT} (PS3.6 table A-1, retired ones included):`,
    names(),
  ];
}

async function rowsOf(syntax: TransferSyntax, reasons: Reasons): Promise<Rows> {
  const rows = new Map<Photometric, readonly string[]>();
  for (const photometric of PHOTOMETRICS) {
    const cells: string[] = [];
    for (const bits of BITS) cells.push(await cell(syntax, photometric, bits, reasons));
    if (cells.some((each) => each !== '')) rows.set(photometric, cells);
  }
  return rows;
}

async function cell(
  syntax: TransferSyntax,
  photometric: Photometric,
  bits: Bits,
  reasons: Reasons,
): Promise<string> {
  const made = await makeFile(syntax, photometric, bits);
  if (made === 'not in the standard') return '';
  if (made === 'not encoded') return '–';
  const { expected, tolerance } = made.image;
  const name = `${syntax.uid} ${photometric} ${bits.name.replace('/', ' of ')}.dcm`;
  const verdict = await judge(made.bytes, name, expected, tolerance, isLossy(syntax.coding));
  return verdict.kind === 'refused'
    ? reasons.number(general(verdict.reason, syntax, photometric))
    : verdict.kind;
}

/** One reason for all syntaxes and interpretations that are refused alike. */
function general(reason: string, { uid }: TransferSyntax, photometric: Photometric): string {
  return reason
    .replace(/transfer syntax .*$/, (text) => (text.includes(uid) ? 'transfer syntax of this line' : text))
    .replace(photometric, 'of this line');
}

/** Photometric interpretations with the same cells in one line. */
function grouped(rows: Rows): [Photometric[], readonly string[]][] {
  const lines = new Map<string, [Photometric[], readonly string[]]>();
  for (const [photometric, cells] of rows) {
    const line = lines.get(cells.join('|')) ?? [[], cells];
    line[0].push(photometric);
    lines.set(cells.join('|'), line);
  }
  return [...lines.values()];
}

/** The numbers that the standard's UIDs end with. */
function numbersOf(syntaxes: readonly TransferSyntax[]): string {
  return syntaxes.map(({ uid }) => ending(uid)).join(' ');
}

function ending(uid: string): string {
  return uid === ROOT ? '(none)' : uid.slice(ROOT.length);
}

const names = (): string =>
  markdownTable(
    ['UID ends with', 'Transfer syntax'],
    SYNTAXES.map(({ uid, name }) => [ending(uid), name]),
  );
