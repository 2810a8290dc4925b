/** Reports of a real screening, read back as the person who gets them would. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Context } from '../../../../main/api/context.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { findModel, loadDetector } from '../../../../main/api/models/known-models.ts';
import type { MapService } from '../../../../main/api/pictures/map-service.ts';
import { createReport, previewReport } from '../../../../main/api/reports/report.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { setThreshold } from '../../../../main/api/ranking/threshold.ts';
import { NOTICE, type ReportChoice } from '../../../../preload/contract.ts';
import { SMALL_FIT } from '../small-fit.ts';
import {
  EXAMPLE,
  add,
  contextAt,
  copyImages,
  fitHooks,
  newFolder,
  refusalOf,
  screenHooks,
} from '../workplace.ts';

let ctx: Context;
let maps: MapService;
let mixed: string;
let runId: number;
let ranked: { fileId: number; relativePath: string; value: number }[];

beforeAll(async () => {
  const folder = newFolder();
  mixed = join(folder, 'mixed');
  ctx = await contextAt(join(folder, 'home'));
  for (const modality of ['flair', 't2']) copyImages(`screen/${modality}`, join(mixed, modality), 6);
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  await add(ctx, mixed, 'mixed', true);
  await fitModel(ctx, SMALL_FIT, fitHooks());
  ({ runId } = await screenDataset(ctx, { model: 'small', dataset: 'mixed', batchSize: 4 }, screenHooks()));
  ranked = ctx.store.scores.rank(runId, 'likelihood', { limit: 100 });
  maps = {
    maps: (_, path, part) => {
      const model = findModel(ctx, 'small');
      const { preparation, scores } = model;
      return ctx.jobs.maps({ path, part, preparation, detector: loadDetector(ctx, model), names: scores });
    },
    prefetch: () => undefined,
    close: () => undefined,
  };
  const [first, second, third] = ranked;
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few cases');
  ctx.store.decisions.set(
    runId,
    [first.fileId, third.fileId],
    { verdict: 'flag', note: 'odd, "very"' },
    'Ada',
  );
  ctx.store.decisions.set(runId, [second.fileId], { verdict: 'clear', note: null }, 'Ada');
});

afterAll(() => ctx.close());

function choice(change: Partial<ReportChoice> = {}): ReportChoice {
  return {
    runId,
    score: null,
    cases: { verdicts: ['flag'] },
    columns: ['rank', 'path', 'label', 'score', 'tail', 'scales', 'verdict', 'note', 'reviewer'],
    pictures: 'none',
    burnedInPictures: false,
    identifiers: true,
    retain: [],
    title: 'Lot 7: flagged',
    comment: 'Second look.',
    ...change,
  };
}

async function text(format: 'csv' | 'json', change: Partial<ReportChoice> = {}): Promise<string> {
  const { content } = await createReport(ctx, maps, choice(change), format);
  if (typeof content !== 'string') throw new Error(`${format} is text`);
  return content;
}

describe('a report of a screening', () => {
  it('holds the flagged cases and nothing else, the worst first', async () => {
    const document = z
      .object({
        notice: z.literal(NOTICE),
        facts: z.record(z.string(), z.string()),
        cases: z.array(z.record(z.string(), z.string())),
      })
      .parse(JSON.parse(await text('json')));
    const expected = [ranked[0], ranked[2]];
    expect(document.cases.map((each) => each['Case'])).toEqual(expected.map((each) => each?.relativePath));
    expect(document.cases.map((each) => each['Rank'])).toEqual(['1', '3']);
    expect(document.cases.map((each) => each['Score (nats)'])).toEqual(
      expected.map((each) => each?.value.toFixed(2)),
    );
    const normals = findModel(ctx, 'small').metrics.heldOutScores['likelihood'] ?? [];
    const above = normals.filter((normal) => normal >= (ranked[0]?.value ?? NaN)).length;
    const share = ((100 * (1 + above)) / (1 + normals.length)).toFixed(0);
    expect(document.cases[0]?.['As high in normals (95 % interval)']).toMatch(
      new RegExp(`^${share}(\\.\\d)? % \\(\\d+(\\.\\d)?–\\d+(\\.\\d)? %\\)$`),
    );
    expect(document.facts['Held-out normals']).toBe(String(normals.length));
    expect(document.cases[0]).toMatchObject({
      Decision: 'flagged',
      Note: 'odd, "very"',
      'Decided by': 'Ada',
    });
    const scales = ['1', '2', '3'].map((scale) =>
      Number(document.cases[0]?.[`scale${scale}-likelihood (nats)`]),
    );
    expect(scales.reduce((sum, part) => sum + part, 0)).toBeCloseTo(ranked[0]?.value ?? NaN, 1);
  });

  it('says the same as its preview', async () => {
    const preview = await previewReport(ctx, choice());
    expect(preview.total).toBe(2);
    const lines = (await text('csv')).split('\r\n');
    expect(lines[0]).toContain(preview.columns.slice(0, 3).join(','));
    expect(lines).toHaveLength(1 + 2 + 1);
    expect(lines[1]).toContain('"odd, ""very"""');
    expect(lines[1]).toContain(NOTICE);
  });

  it('is a PDF with pictures, the model card and the notice on every page', async () => {
    const { name, type, content } = await createReport(
      ctx,
      maps,
      choice({ pictures: 'image-and-heatmap' }),
      'pdf',
    );
    expect([name, type]).toEqual(['Lot 7_ flagged.pdf', 'application/pdf']);
    if (typeof content === 'string') throw new Error('a PDF is bytes');
    expect(
      Buffer.from(content)
        .toString('latin1')
        .match(/\/Subtype \/Image/g)?.length,
    ).toBeGreaterThanOrEqual(2);
    const { text: pages } = await extractText(await getDocumentProxy(content.slice()), { mergePages: false });
    for (const page of pages) expect(page).toContain(NOTICE);
    const whole = pages.join(' ');
    for (const said of ['Second look.', ranked[0]?.relativePath, 'Seed', 'flowscreen 0', 'none set']) {
      expect(whole).toContain(said);
    }
    expect(whole).not.toContain(ranked[1]?.relativePath);
  });

  it('takes cases above the threshold, and says when there is none', async () => {
    const refusal = await refusalOf(text('csv', { cases: { aboveThreshold: true } }));
    expect(refusal).toMatchObject({ kind: 'invalid-request' });
    const { threshold } = await setThreshold(ctx, {
      model: 'small',
      score: null,
      falseAlarmRate: 0.2,
      reason: 'test',
    });
    const { total, facts } = await previewReport(ctx, choice({ cases: { aboveThreshold: true } }));
    expect(total).toBe(ranked.filter(({ value }) => value > threshold.value).length);
    expect(facts.find(({ name }) => name === 'Threshold')?.value).toContain(
      `${threshold.value.toFixed(2)} nats, version 1`,
    );
  });

  it('gives the reason where a picture cannot be made, and goes on', async () => {
    const [worst] = ranked;
    if (worst === undefined) throw new Error('too few cases');
    writeFileSync(join(mixed, worst.relativePath), 'no image any more');
    const { content } = await createReport(ctx, maps, choice({ pictures: 'image' }), 'pdf');
    if (typeof content === 'string') throw new Error('a PDF is bytes');
    expect(
      Buffer.from(content)
        .toString('latin1')
        .match(/\/Subtype \/Image/g)?.length,
    ).toBeGreaterThanOrEqual(1);
  });

  it('is noted in the audit trail', () => {
    const { rows } = ctx.store.audit.page({ search: 'report exported', action: null, offset: 0, limit: 50 });
    expect(rows.length).toBeGreaterThanOrEqual(4);
    expect(rows[0]).toMatchObject({ subject: `screening ${runId} of mixed` });
  });

  it('refuses cases that the screening does not have', async () => {
    expect(await refusalOf(text('json', { cases: { fileIds: [999_999] } }))).toMatchObject({
      kind: 'unknown-file',
    });
  });
});
