/** What a report of DICOM files says when nobody has asked for identifiers. */
import fc from 'fast-check';
import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { createReport, previewReport } from '../../../../main/api/reports/report.ts';
import { ReportColumn, type ReportChoice } from '../../../../preload/contract.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { screenedFolder } from '../screened-folder.ts';

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');
/** Long enough that no report holds it by chance. */
const word = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 8, maxLength: 12 });
const date = fc.date({ min: new Date('1900-01-01'), max: new Date('1999-12-31'), noInvalidDate: true });
const uid = fc
  .array(fc.nat(999_999), { minLength: 4, maxLength: 6 })
  .map((parts) => `1.2.840.${parts.join('.')}`);

/** Values of attributes that tell whose image it is, each with its place in the header. */
const header = fc
  .record({
    words: fc.uniqueArray(word, { minLength: 9, maxLength: 9 }),
    dates: fc.uniqueArray(
      date.map((day) => day.toISOString().slice(0, 10).replaceAll('-', '')),
      { minLength: 2, maxLength: 2 },
    ),
    uids: fc.uniqueArray(uid, { minLength: 3, maxLength: 3 }),
  })
  .map(({ words, dates, uids }) => {
    const places = [
      [0x0008, 0x0080, 'LO', words[0]],
      [0x0008, 0x0090, 'PN', words[1]],
      [0x0008, 0x1030, 'LO', words[2]],
      [0x0008, 0x103e, 'LO', words[3]],
      [0x0009, 0x1001, 'LO', words[4]],
      [0x0010, 0x0010, 'PN', words[5]],
      [0x0010, 0x0020, 'LO', words[6]],
      [0x0018, 0x1000, 'LO', words[7]],
      [0x0008, 0x0020, 'DA', dates[0]],
      [0x0010, 0x0030, 'DA', dates[1]],
      [0x0008, 0x0018, 'UI', uids[0]],
      [0x0020, 0x000d, 'UI', uids[1]],
      [0x0020, 0x000e, 'UI', uids[2]],
    ] as const;
    const texts = places.map(([group, element, vr, value = '']) => [group, element, vr, value] as const);
    return { texts, folder: words[8] ?? '', secrets: [...words, ...dates, ...uids] };
  });

const DEFAULT: Omit<ReportChoice, 'runId' | 'cases'> = {
  score: null,
  columns: [...ReportColumn.options],
  pictures: 'none',
  burnedInPictures: false,
  identifiers: false,
  retain: [],
  title: 'A report',
  comment: '',
};

async function screened(files: Readonly<Record<string, Uint8Array>>) {
  const { app, runId, ids } = await screenedFolder({ files });
  const choice = (change: Partial<ReportChoice> = {}): ReportChoice => ({
    ...DEFAULT,
    runId,
    cases: { fileIds: Object.values(ids) },
    ...change,
  });
  const create = async (format: 'pdf' | 'csv' | 'json', change: Partial<ReportChoice> = {}) => {
    const file = await createReport(app.services, app.maps, choice(change), format);
    if (typeof file.content === 'string') return { ...file, text: file.content, pictures: 0 };
    const { text } = await extractText(await getDocumentProxy(file.content.slice()), { mergePages: true });
    const objects = Buffer.from(file.content).toString('latin1');
    return { ...file, text, pictures: objects.match(/\/Subtype \/Image/g)?.length ?? 0 };
  };
  return { ctx: app.services, ids, choice, create };
}

/** As a person reads it: without the breaks that a narrow column makes. */
const unbroken = (text: string) => text.replaceAll(/[\s\u200B]+/g, '');

describe('a report without identifiers', () => {
  it(
    'holds no value of a header that tells whose image it is, nor a name of a file',
    { timeout: 60_000 },
    async () => {
      const headers = fc.array(header, { minLength: 6, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(headers, async (patients) => {
          const files = patients.map(
            ({ texts, folder }, value) => [`${folder}/${folder}.dcm`, dicomSlice({ value, texts })] as const,
          );
          const { create } = await screened(Object.fromEntries(files));
          for (const format of ['pdf', 'csv', 'json'] as const) {
            const { text, name } = await create(format);
            const said = unbroken(`${name} ${text}`);
            expect(said).toContain('case1');
            expect(patients.flatMap(({ secrets }) => secrets).filter((each) => said.includes(each))).toEqual(
              [],
            );
          }
        }),
        // Each is a folder that is scanned; shrinking would take minutes.
        { numRuns: 3, endOnFailure: true },
      );
    },
  );

  it('names the same series alike in every report, and says which profile was applied', async () => {
    const series = '1.2.276.0.7230010.3.1.4';
    const slice = (value: number) => dicomSlice({ value, texts: [[0x0020, 0x000e, 'UI', series]] });
    const { create } = await screened({ 'a.dcm': slice(1), 'b.dcm': slice(2) });
    const { text } = await create('json');
    const uids = text.match(/Series Instance UID 2\.25\.\d+/g) ?? [];
    expect(uids).toHaveLength(2);
    expect(new Set(uids).size).toBe(1);
    expect((await create('csv')).text).toContain(uids[0]);
    expect(text).toContain('Basic Application Confidentiality Profile (DCM 113100)');
    const kept = await create('json', { retain: ['retain-uids'] });
    expect(kept.text).toContain(`Series Instance UID ${series}`);
    expect(kept.text).toContain('Retain UIDs Option (DCM 113110)');
    expect((await create('csv', { identifiers: true })).text).toContain('a.dcm');
  });
});

describe('pictures with text in their pixels', () => {
  const burned = (value: number, flag: 'YES' | 'NO' | null, modality: string) =>
    dicomSlice({
      value,
      texts: [
        [0x0008, 0x0060, 'CS', modality],
        // Burned In Annotation, whose place in the order of the tags does not matter to whoever reads it.
        ...(flag === null ? [] : ([[0x0028, 0x0301, 'CS', flag]] as const)),
      ],
    });

  it('are left out where the file says so, unless they are asked for, and with a warning either way', async () => {
    const files = { 'yes.dcm': burned(1, 'YES', 'MR'), 'no.dcm': burned(2, 'NO', 'US') };
    const { ctx, create, choice } = await screened(files);
    const pictures = { pictures: 'image' } as const;
    const without = await create('pdf', pictures);
    expect(without.text).toContain('Burned In Annotation YES');
    expect(without.text).toContain('the pictures are left out');
    const all = await create('pdf', { ...pictures, burnedInPictures: true });
    expect(all.pictures).toBe(without.pictures * 2);
    expect(all.text).toContain('the pictures are included');
    expect((await previewReport(ctx, choice(pictures))).warnings).toHaveLength(1);
    expect((await previewReport(ctx, choice())).warnings).toEqual([]);
  });

  it('are warned of where such images often have some and the file does not say', async () => {
    const { ctx, create, choice } = await screened({ 'us.dcm': burned(1, null, 'US') });
    const { warnings } = await previewReport(ctx, choice({ pictures: 'image' }));
    expect(warnings.join()).toContain('Text may be in the pixels of 1 image');
    expect((await create('pdf', { pictures: 'image' })).pictures).toBeGreaterThan(0);
  });
});
