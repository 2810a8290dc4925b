import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IDENTIFYING, SHOWN } from '../../../../main/ingest/dicom/tag-names.ts';
import { ACTIONS, type OptionColumn } from '../../../../main/report/deidentify/action-table.ts';
import { pixelTextRisk } from '../../../../main/report/deidentify/burned-in.ts';
import { deidentified } from '../../../../main/report/deidentify/deidentify.ts';
import { OPTIONS, type ProfileOption, methodText } from '../../../../main/report/deidentify/options.ts';
import { remapUid } from '../../../../main/report/deidentify/remap-uid.ts';

const COLUMNS: Readonly<Record<string, OptionColumn>> = {
  uids: 'rtnUids',
  devId: 'rtnDevId',
  instId: 'rtnInstId',
  patChars: 'rtnPatChars',
  fullDates: 'rtnLongFullDates',
};

/** The standard's own rows, written down from it. */
const STANDARD = readFileSync(
  join(import.meta.dirname, '../../../fixtures/deidentify/table-e1-1.tsv'),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [tag = '', name = '', basic = '', option] = line.split('\t');
    return { tag, key: tag.replaceAll(/[(),]/g, '').toLowerCase(), name, basic, option };
  });

const attributeOf = (tag: string, value: string) => ({ tag, name: tag, value });
const none = { options: [], remapUid: (uid: string) => `other ${uid}` } as const;

describe('the table of actions', () => {
  it("is that of the standard for every attribute that the program knows by a name, and names them by the standard's names", () => {
    const ours = [...ACTIONS].map(([key, { basic, keptBy }]) => ({ key, basic, keptBy: [...keptBy] }));
    const theirs = STANDARD.map(({ key, basic, option }) => ({
      key,
      basic,
      keptBy: option === undefined ? [] : [COLUMNS[option]],
    }));
    const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);
    expect(ours.sort(byKey)).toEqual(theirs.sort(byKey));
    for (const { key, name } of STANDARD) expect(IDENTIFYING.get(key) ?? SHOWN.get(key)).toBe(name);
  });

  it('knows every attribute that is withheld on the screen', () => {
    expect([...IDENTIFYING.keys()].filter((key) => !ACTIONS.has(key))).toEqual([]);
  });
});

describe('attributes that leave the program', () => {
  it('are none that the profile takes away, and no private or unknown one', () => {
    const all = [...STANDARD.map(({ tag }) => tag), '(0009,1001)', '(0018,9999)'];
    const left = deidentified(
      all.map((tag) => attributeOf(tag, `secret of ${tag}`)),
      none,
    );
    expect(left.map(({ tag }) => tag)).toEqual(['(0020,000D)', '(0020,000E)', '(0008,0018)']);
    for (const { value } of left) expect(value).toMatch(/^other /);
  });

  it.each<[ProfileOption, string, string]>([
    ['retain-uids', '(0020,000D)', '113110'],
    ['retain-device-identity', '(0018,1000)', '113109'],
    ['retain-institution-identity', '(0008,0080)', '113112'],
    ['retain-patient-characteristics', '(0010,1010)', '113108'],
    ['retain-longitudinal-full-dates', '(0008,0020)', '113106'],
  ])('%s keeps %s as it is, and says so by its code', (option, tag, code) => {
    expect(deidentified([attributeOf(tag, 'v')], { ...none, options: [option] })).toEqual([
      attributeOf(tag, 'v'),
    ]);
    expect(OPTIONS[option].code).toBe(code);
    expect(methodText([option])).toContain(`(DCM ${code})`);
  });

  it('never hold a name, whatever the options', () => {
    const options = fc.subarray<ProfileOption>([
      'retain-uids',
      'retain-device-identity',
      'retain-institution-identity',
      'retain-patient-characteristics',
      'retain-longitudinal-full-dates',
    ]);
    const people = ['(0010,0010)', '(0010,0020)', '(0010,0030)', '(0008,0090)', '(0008,1030)', '(0008,103E)'];
    fc.assert(
      fc.property(options, fc.constantFrom(...people), (chosen, tag) => {
        expect(deidentified([attributeOf(tag, 'v')], { ...none, options: chosen })).toEqual([]);
      }),
    );
  });
});

describe('UIDs', () => {
  const uid = fc
    .array(fc.nat(99_999), { minLength: 2, maxLength: 9 })
    .map((parts) => `1.2.${parts.join('.')}`);
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

  it('become UUIDs in the form of PS3.5 B.2', () => {
    fc.assert(
      fc.property(key, uid, (secret, original) => {
        const [, decimal = ''] = /^2\.25\.([1-9]\d*)$/.exec(remapUid(secret, original)) ?? [];
        const uuid = BigInt(decimal)
          .toString(16)
          .padStart(32, '0')
          .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
        expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(`2.25.${decimal}`.length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it('are replaced always alike under one key, otherwise under another, and never two by one', () => {
    fc.assert(
      fc.property(key, key, uid, uid, (one, other, a, b) => {
        expect(remapUid(one, a)).toBe(remapUid(Buffer.from(one), a));
        expect(remapUid(one, a) === remapUid(one, b)).toBe(a === b);
        if (!one.equals(other)) expect(remapUid(one, a)).not.toBe(remapUid(other, a));
      }),
    );
  });
});

describe('text in the pixels', () => {
  it.each([
    [true, 'MR', 'yes'],
    [true, null, 'yes'],
    [false, 'US', 'none'],
    [null, 'US', 'possible'],
    [null, 'ES', 'possible'],
    [null, 'MR', 'none'],
    [null, null, 'none'],
  ] as const)('burned in %s, modality %s: %s', (burnedIn, modality, risk) => {
    expect(pixelTextRisk({ burnedIn, modality })).toBe(risk);
  });
});
