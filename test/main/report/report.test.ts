import fc from 'fast-check';
import sharp from 'sharp';
import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../main/report/csv.ts';
import { jsonOf } from '../../../main/report/json.ts';
import { pdfOf } from '../../../main/report/pdf.ts';
import type { Report } from '../../../main/report/report.ts';

const NOTICE = 'Not for diagnostic use';

function report(change: Partial<Report> = {}): Report {
  return {
    title: 'Lot 7, second look',
    comment: 'Ångström — checked twice',
    notice: NOTICE,
    createdAt: '2026-11-22T10:11:12.000Z',
    createdBy: 'Ada',
    facts: [
      { name: 'Model', value: 'pcb' },
      { name: 'Score', value: 'ratio' },
      { name: 'Threshold', value: '12.5 nats, version 2' },
    ],
    warnings: [],
    columns: ['Rank', 'Path', 'Score'],
    cases: [
      { title: '1. a.png', cells: ['1', 'a.png', '13.25'], picture: null, pictureProblem: null },
      { title: '2. b.png', cells: ['2', 'b.png', '-1.5'], picture: null, pictureProblem: null },
    ],
    card: [{ name: 'Seed', value: '1' }],
    limits: ['The scores say how unusual an image is.'],
    ...change,
  };
}

/** RFC 4180, read independently of the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const end = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',') end();
    else if (letter === '\r' && text.charAt(at + 1) === '\n') {
      end();
      rows.push([]);
      at += 1;
    } else cell += letter;
  }
  return rows.slice(0, -1);
}

async function pages(bytes: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(bytes.slice()), { mergePages: false });
  return text;
}

describe('a report as CSV', () => {
  it('comes back as it was written, whatever the cells hold', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string())), (rows) => {
        const cases = rows.map((cells) => ({ title: '', cells, picture: null, pictureProblem: null }));
        const [head, ...back] = parseCsv(csvOf(report({ cases })).slice(1));
        expect(head).toEqual(['Rank', 'Path', 'Score', 'Model', 'Score', 'Threshold', 'Notice']);
        const read = back.map((row) => row.slice(0, 3).map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, '')));
        expect(read).toEqual(rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r])/, ''))));
        for (const row of back)
          expect(row.slice(3)).toEqual(['pcb', 'ratio', '12.5 nats, version 2', NOTICE]);
      }),
    );
  });

  it('holds no cell that a spreadsheet would run, and leaves numbers alone', () => {
    const cells = ['=HYPERLINK("x")', '@SUM(A1)', '-1.5'];
    const text = csvOf(report({ cases: [{ title: '', cells, picture: null, pictureProblem: null }] }));
    expect(parseCsv(text.slice(1))[1]?.slice(0, 3)).toEqual([`'=HYPERLINK("x")`, `'@SUM(A1)`, '-1.5']);
  });
});

describe('a report as JSON', () => {
  it('says what it is, and holds everything but pictures', () => {
    expect(JSON.parse(jsonOf(report()))).toEqual({
      format: 'flowscreen report',
      version: 1,
      notice: NOTICE,
      title: 'Lot 7, second look',
      comment: 'Ångström — checked twice',
      createdAt: '2026-11-22T10:11:12.000Z',
      createdBy: 'Ada',
      facts: { Model: 'pcb', Score: 'ratio', Threshold: '12.5 nats, version 2' },
      warnings: [],
      cases: [
        { Rank: '1', Path: 'a.png', Score: '13.25' },
        { Rank: '2', Path: 'b.png', Score: '-1.5' },
      ],
      modelCard: { Seed: '1', Limits: ['The scores say how unusual an image is.'] },
    });
  });
});

describe('a report as PDF', () => {
  it('says on every page that it is not for diagnostic use, and repeats nothing but that', async () => {
    const cases = Array.from({ length: 120 }, (_, index) => ({
      title: `${index + 1}. case`,
      cells: [String(index + 1), `series/${'x'.repeat(150)}-${index + 1}.dcm`, `${index}.5`],
      picture: null,
      pictureProblem: null,
    }));
    const texts = await pages(await pdfOf(report({ cases })));
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) expect(text).toContain(NOTICE);
    const all = texts.join(' ');
    expect(all).toContain('Ångström — checked twice');
    expect(all).toContain('12.5 nats, version 2');
    expect(all).toContain('The scores say how unusual an image is.');
    for (const { cells } of cases) expect(all).toContain(cells[2]);
  });

  it('shows the pictures, and says why one is missing', async () => {
    const picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#204080' } })
      .png()
      .toBuffer();
    const cases = [
      { title: '1. a.png', cells: ['1', 'a.png', '2'], picture, pictureProblem: null },
      { title: '2. b.png', cells: ['2', 'b.png', '1'], picture: null, pictureProblem: 'The file is gone.' },
    ];
    const bytes = await pdfOf(report({ cases }));
    expect((await pages(bytes)).join(' ')).toContain('The file is gone.');
    const without = await pdfOf(report({ cases: cases.map((each) => ({ ...each, picture: null })) }));
    expect(Buffer.from(bytes).toString('latin1')).toContain('/Subtype /Image');
    expect(Buffer.from(without).toString('latin1')).not.toContain('/Subtype /Image');
  });

  it('is made where nothing was chosen', async () => {
    expect((await pages(await pdfOf(report({ cases: [] })))).join(' ')).toContain('No case was chosen.');
  });
});
