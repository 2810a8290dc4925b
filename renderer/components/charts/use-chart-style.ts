import { type ComputedRef, computed } from 'vue';
import { useTheme } from 'vuetify';
import type { ChartOption } from './echarts.ts';
import { type SeriesLook, seriesLook } from './palette.ts';

/** Pixels beside the plot: fixed, so that what is laid over a chart knows where its axis lies. */
export const PLOT = { left: 60, right: 18, top: 14, bottom: 44 } as const;

export interface AxisChoice {
  readonly name: string;
  readonly text: (value: number) => string;
  /** Beside the axis, where that is shorter. */
  readonly ticks?: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
  /** The axis need not reach 0. */
  readonly free?: boolean;
  readonly whole?: boolean;
  /** Its ends are no round numbers: no figure stands there. */
  readonly open?: boolean;
}

export interface ChartStyle {
  readonly look: (index: number) => SeriesLook;
  readonly muted: string;
  readonly strong: string;
  /** What charts have in common. */
  readonly frame: (x: AxisChoice, y: AxisChoice) => ChartOption;
}

/** Colours from the theme. Nothing moves by itself: figures are read, not watched. */
export function useChartStyle(): ComputedRef<ChartStyle> {
  const theme = useTheme();
  return computed(() => {
    const { dark, colors } = theme.current.value;
    const strong = named(colors['on-surface'], dark ? '#ffffff' : '#000000');
    const muted = dark ? '#a3abb5' : '#5c6670';
    const line = dark ? '#3a4048' : '#e2e5e9';
    const axis = ({ name, text, ticks, min, max, free, whole, open }: AxisChoice) => ({
      type: 'value' as const,
      name,
      nameLocation: 'middle' as const,
      nameTextStyle: { color: muted, fontSize: 12 },
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      scale: free ?? false,
      minInterval: whole ? 1 : 0,
      axisLine: { show: true, onZero: false, lineStyle: { color: muted } },
      axisTick: { show: false },
      axisLabel: {
        color: muted,
        fontSize: 12,
        hideOverlap: true,
        ...(open ? { showMinLabel: false, showMaxLabel: false } : {}),
        formatter: ticks ?? text,
      },
      splitLine: { lineStyle: { color: line } },
      axisPointer: { label: { formatter: ({ value }: { value: unknown }) => text(Number(value)) } },
    });
    return {
      look: (index) => seriesLook(index, dark),
      muted,
      strong,
      frame: (x, y) => ({
        animation: false,
        textStyle: { fontFamily: 'system-ui, sans-serif' },
        grid: { ...PLOT, outerBoundsMode: 'none' },
        tooltip: {
          trigger: 'axis',
          // Drawn on the canvas: as HTML it would need style attributes, which the content security policy forbids.
          renderMode: 'richText',
          backgroundColor: named(colors.surface, dark ? '#000000' : '#ffffff'),
          borderColor: muted,
          textStyle: { color: strong, fontSize: 12 },
        },
        xAxis: { ...axis(x), nameGap: 26, splitLine: { show: false } },
        yAxis: { ...axis(y), nameGap: 44 },
      }),
    };
  });
}

/** Vuetify also takes colours as numbers and objects, which a canvas does not read. */
function named(colour: unknown, otherwise: string): string {
  return typeof colour === 'string' ? colour : otherwise;
}
