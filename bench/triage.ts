/**
 * How long the queries of a triage list take: `node bench/triage.ts [rows]`, in milliseconds of processor time, the median of
 * a few. `opened`: the first page by a program that has just started; `decided`: the first page after a decision; `page`:
 * any other page.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../main/store/open.ts';
import type { RankingList } from '../main/store/ranking.ts';
import { makeLargeScreening } from './large-screening.ts';

const ROWS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 5;
const PAGE = 200;
let notes = 0;

const home = mkdtempSync(join(tmpdir(), 'flowscreen-triage-'));
try {
  const started = performance.now();
  const { runId } = await makeLargeScreening(home, ROWS);
  console.log(`${ROWS} rows made in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const store = openStore(home);
  const plain: RankingList = {
    runId,
    name: 'ratio',
    threshold: store.thresholds.latest(1, 'ratio')?.value ?? 2000,
    filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
    sort: { by: 'score', descending: true },
  };
  const lists: Record<string, RankingList> = {
    'worst first': plain,
    'best first': { ...plain, sort: { by: 'score', descending: false } },
    'by path': { ...plain, sort: { by: 'path', descending: false } },
    'by path, backwards': { ...plain, sort: { by: 'path', descending: true } },
    'by label': { ...plain, sort: { by: 'label', descending: false } },
    'by verdict': { ...plain, sort: { by: 'verdict', descending: false } },
    undecided: { ...plain, filter: { ...plain.filter, verdicts: ['undecided'] } },
    flagged: { ...plain, filter: { ...plain.filter, verdicts: ['flag'] } },
    'above the threshold': { ...plain, filter: { ...plain.filter, aboveThreshold: true } },
    'search, many hits': { ...plain, filter: { ...plain.filter, search: 'SLICE-1' } },
    'search, no hit': { ...plain, filter: { ...plain.filter, search: 'nothing' } },
    label: { ...plain, filter: { ...plain.filter, label: 'anomalous' } },
    'all filters, by path': {
      ...plain,
      filter: { verdicts: ['undecided', 'unsure'], aboveThreshold: true, search: 'series', label: 'normal' },
      sort: { by: 'path', descending: false },
    },
  };
  const file = store.ranking.page(plain, { offset: Math.floor(ROWS / 2), limit: 1 }).rows[0]?.fileId ?? 1;
  const decide = () =>
    store.decisions.set(runId, [file], { verdict: null, note: String(notes++) }, 'benchmark');
  for (const [name, list] of Object.entries(lists)) {
    const page = (offset: number, from = store) => from.ranking.page(list, { offset, limit: PAGE });
    const opened = typical(() => {
      const other = openStore(home);
      const spent = cost(() => page(0, other));
      other.close();
      return spent;
    });
    const { total } = page(0);
    const decided = typical(() => {
      decide();
      return cost(() => page(0));
    });
    const later = Math.max(
      ...[0.25, 0.5, 0.99].map((part) => typical(() => cost(() => page(Math.floor(total * part))))),
    );
    const position = typical(() => cost(() => store.ranking.position(list, file)));
    console.log(
      `${name.padEnd(22)} ${String(total).padStart(7)} rows  opened ${ms(opened)}  decided ${ms(decided)}  page ${ms(later)}  position ${ms(position)}`,
    );
  }
  const calls: Record<string, () => unknown> = {
    counts: () => store.ranking.counts(runId, 'ratio', plain.threshold),
    'count above': () => store.ranking.countAbove(runId, 'ratio', 1500),
    'all values': () => store.ranking.values(runId, 'ratio'),
    'values by label': () => store.ranking.valuesByLabel(runId, 'ratio', ['normal']),
    'labels of the dataset': () => store.ranking.labels(runId),
  };
  for (const [name, call] of Object.entries(calls)) {
    console.log(`${name.padEnd(22)} ${ms(typical(() => cost(call)))}`);
  }
  store.close();
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Milliseconds of processor time: what else runs on the machine does not count. */
function cost(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The median of a few. */
function typical(measure: () => number): number {
  return Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
}

function ms(value: number): string {
  return value.toFixed(1).padStart(6);
}
