import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pdfmake, { type Content, type TableCell } from 'pdfmake';
import type { TDocumentDefinitions } from 'pdfmake/interfaces.js';
import type { Report, ReportCase, ReportFact } from './report.ts';

declare module 'pdfmake' {
  // Of pdfmake 0.3, whose published types are older.
  export function setUrlAccessPolicy(allow: (url: string) => boolean): void;
  export function setLocalAccessPolicy(allow: (path: string) => boolean): void;
}

const FONTS = join(
  dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')),
  'fonts',
  'Roboto',
);

pdfmake.setFonts({
  Roboto: {
    normal: join(FONTS, 'Roboto-Regular.ttf'),
    bold: join(FONTS, 'Roboto-Medium.ttf'),
    italics: join(FONTS, 'Roboto-Italic.ttf'),
    bolditalics: join(FONTS, 'Roboto-MediumItalic.ttf'),
  },
});
// A report never reaches for the network, nor for a file but its fonts.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => path.startsWith(FONTS));

const GREY = '#555555';
const RULE = '#c8c8c8';
const MARGIN = 40;
/** Of A4, upright, within its margins; points. */
const TEXT_WIDTH = 595 - 2 * MARGIN;
const WIDE_COLUMNS = 6;

/** A4; upright, or lying where there are many columns. Letters that Roboto lacks (Chinese, Japanese, Korean) show as boxes. */
export function pdfOf(report: Report): Promise<Uint8Array<ArrayBuffer>> {
  const { title, comment, notice, createdAt, createdBy, facts, warnings, card, limits } = report;
  const definition: TDocumentDefinitions = {
    info: { title, author: createdBy, subject: notice, creationDate: new Date(createdAt) },
    pageSize: 'A4',
    pageOrientation: report.columns.length > WIDE_COLUMNS ? 'landscape' : 'portrait',
    pageMargins: [MARGIN, 56, MARGIN, 48],
    defaultStyle: { font: 'Roboto', fontSize: 9, lineHeight: 1.15 },
    styles: {
      title: { fontSize: 18, bold: true, margin: [0, 0, 0, 4] },
      heading: { fontSize: 12, bold: true, margin: [0, 16, 0, 6] },
      head: { bold: true },
      soft: { color: GREY },
    },
    header: () => ({
      columns: [
        { text: notice, bold: true },
        { text: title, style: 'soft', alignment: 'right' },
      ],
      margin: [MARGIN, 24, MARGIN, 0],
    }),
    footer: (page, pages) => ({
      columns: [
        { text: `${createdAt.slice(0, 16).replace('T', ' ')} UTC · ${createdBy} · ${notice}`, style: 'soft' },
        { text: `${page} of ${pages}`, style: 'soft', alignment: 'right', width: 60 },
      ],
      margin: [MARGIN, 12, MARGIN, 0],
    }),
    content: [
      { text: title, style: 'title' },
      ...(comment === '' ? [] : [{ text: comment, margin: [0, 0, 0, 8] } satisfies Content]),
      factTable(facts),
      ...warnings.map((text): Content => ({ text, bold: true, margin: [0, 6, 0, 0] })),
      { text: `Cases (${report.cases.length})`, style: 'heading' },
      caseTable(report),
      ...pictures(report.cases),
      { text: 'Model card', style: 'heading', pageBreak: 'before' },
      factTable(card),
      { text: 'Limits', style: 'heading' },
      { ul: [...limits] },
    ],
  };
  return pdfmake
    .createPdf(definition)
    .getBuffer()
    .then((bytes) => new Uint8Array(bytes));
}

function factTable(facts: readonly ReportFact[]): Content {
  return {
    layout: 'noBorders',
    table: {
      widths: [130, '*'],
      body: facts.map(({ name, value }) => [{ text: name, style: 'soft' }, { text: breakable(value) }]),
    },
  };
}

function caseTable({ columns, cases }: Report): Content {
  if (cases.length === 0) return { text: 'No case was chosen.', style: 'soft' };
  const body: TableCell[][] = [
    columns.map((column) => ({ text: column, style: 'head' })),
    ...cases.map(({ cells }) => cells.map((value) => ({ text: breakable(value) }))),
  ];
  return {
    table: { headerRows: 1, dontBreakRows: true, widths: columns.map(() => 'auto'), body },
    layout: {
      hLineWidth: (line) => (line <= 1 ? 0.8 : 0.4),
      vLineWidth: () => 0,
      hLineColor: () => RULE,
      paddingLeft: (column) => (column === 0 ? 0 : 6),
      paddingTop: () => 3,
      paddingBottom: () => 3,
    },
  };
}

function pictures(cases: readonly ReportCase[]): Content[] {
  const shown = cases.filter(({ picture, pictureProblem }) => picture !== null || pictureProblem !== null);
  if (shown.length === 0) return [];
  return [
    { text: 'Pictures', style: 'heading', pageBreak: 'before' },
    ...shown.map(({ title, picture, pictureProblem }): Content => ({
      unbreakable: true,
      margin: [0, 0, 0, 14],
      stack: [
        { text: breakable(title), style: 'head', margin: [0, 0, 0, 4] },
        picture === null
          ? { text: pictureProblem ?? '', style: 'soft' }
          : { image: dataUrl(picture), fit: [TEXT_WIDTH, 320] },
      ],
    })),
  ];
}

function dataUrl(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

const LONGEST_WORD = 40;
const ZERO_WIDTH_SPACE = '\u200B';

/** Long paths and hashes have no space to break at, and would push a table off the page. */
function breakable(text: string): string {
  return text.replaceAll(new RegExp(`\\S{${LONGEST_WORD}}`, 'g'), (word) => word + ZERO_WIDTH_SPACE);
}
