/** Each figure of a suite as a row: its mean, its interval, and what was published. */
import type { CustomSeriesOption } from 'echarts/charts';
import { INK, MUTED, OURS, PAPER, named, svgOf } from './chart.ts';

export interface ForestRow {
  readonly label: string;
  /** In %, as are all. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly published: number | null;
}

const ROW_HEIGHT = 19;
const WIDTH = 900;
const MARGIN = { top: 34, bottom: 40, right: 24 };
const LETTER = 6.2;
const CHANCE = 50;

const MEAN = 'mean over seeds, 95 % interval';
const PUBLISHED = 'published, at its size';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;
type Api = Parameters<RenderItem>[1];

/** @param rows from top to bottom */
export function forestPlot(rows: readonly ForestRow[]): string {
  const longest = Math.max(...rows.map(({ label }) => label.length));
  const last = rows.length - 1;
  return svgOf(
    {
      legend: {
        top: 4,
        data: [
          { name: MEAN, itemStyle: { color: OURS } },
          { name: PUBLISHED, itemStyle: { color: PAPER } },
        ],
        icon: 'circle',
        itemGap: 40,
        textStyle: { color: INK },
      },
      grid: { ...MARGIN, left: Math.round(longest * LETTER) + 16 },
      xAxis: {
        type: 'value',
        min: 0,
        max: 100,
        interval: 10,
        ...named('AUROC in %', 24),
      },
      yAxis: {
        type: 'category',
        data: rows.map(({ label }) => label).reverse(),
        axisLabel: { color: INK, interval: 0, fontSize: 11 },
        axisTick: { show: false },
      },
      series: [
        { type: 'custom', silent: true, data: [CHANCE], renderItem: (_, api) => chanceLine(api, last) },
        {
          type: 'custom',
          name: MEAN,
          color: OURS,
          data: rows.map(({ mean, low, high }, row) => [mean, last - row, low, high]),
          encode: { x: 0, y: 1 },
          renderItem: (_, api) => meanWithInterval(api),
        },
        {
          type: 'custom',
          name: PUBLISHED,
          color: PAPER,
          data: rows.flatMap(({ published }, row) => (published === null ? [] : [[published, last - row]])),
          encode: { x: 0, y: 1 },
          renderItem: (_, api) => mark(api),
        },
      ],
    },
    WIDTH,
    rows.length * ROW_HEIGHT + MARGIN.top + MARGIN.bottom,
  );
}

function chanceLine(api: Api, last: number): ReturnType<RenderItem> {
  const [x = 0, top = 0] = api.coord([CHANCE, last]);
  const [, bottom = 0] = api.coord([CHANCE, 0]);
  const half = ROW_HEIGHT / 2;
  return {
    type: 'line',
    shape: { x1: x, y1: top - half, x2: x, y2: bottom + half },
    style: { stroke: MUTED, lineDash: [4, 4] },
  };
}

function meanWithInterval(api: Api): ReturnType<RenderItem> {
  const [value, row, low, high] = [0, 1, 2, 3].map((dimension) => api.value(dimension));
  const [x = 0, y = 0] = api.coord([value ?? 0, row ?? 0]);
  const [x1 = 0] = api.coord([low ?? 0, row ?? 0]);
  const [x2 = 0] = api.coord([high ?? 0, row ?? 0]);
  return {
    type: 'group',
    children: [
      { type: 'line', shape: { x1, y1: y, x2, y2: y }, style: { stroke: OURS, lineWidth: 2 } },
      { type: 'circle', shape: { cx: x, cy: y, r: 4 }, style: { fill: OURS } },
    ],
  };
}

function mark(api: Api): ReturnType<RenderItem> {
  const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
  return {
    type: 'circle',
    shape: { cx: x, cy: y, r: 5 },
    style: { fill: 'none', stroke: PAPER, lineWidth: 2 },
  };
}
