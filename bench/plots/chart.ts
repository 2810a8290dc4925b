/** Charts as SVG text, without a browser. */
import { CustomChart, type CustomSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([CustomChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

export type ChartOption = ComposeOption<
  CustomSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption
>;

export const INK = '#1b1f23';
export const MUTED = '#8a9199';
export const OURS = '#1d5c9f';
export const PAPER = '#b26a00';

/** An axis with its name, in the ink of the text. @param gap from the axis to its name, in pixels */
export function named(name: string, gap: number) {
  return {
    name,
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: INK },
    axisLabel: { color: INK },
  } as const;
}

/** The same text for the same option, whatever was drawn before. */
export function svgOf(option: ChartOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', ...option });
    return `${asPicture(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}

/** What a page would bring to life is left out: its names count the charts of the process. */
function asPicture(svg: string): string {
  return svg
    .replaceAll(/<style[\s\S]*?<\/style>\s*/g, '')
    .replaceAll(/ (class="zr[^"]*"|ecmeta_\w+="[^"]*"|pointer-events="visible")/g, '')
    .replaceAll(/\bzr\d+-/g, 'zr-');
}
