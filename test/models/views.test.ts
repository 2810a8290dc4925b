import { describe, expect, it } from 'vitest';
import { type ImageShape, elementsOf } from '../../models/images.ts';
import { RandomStream } from '../../models/random.ts';
import { MOCO_VIEWS, type ViewSettings, twoViews, writeView } from '../../models/views.ts';
import { expectClose } from './evaluate.ts';
import { chance } from './samples.ts';
import { sourceOf } from './training/gaussian-model.ts';

const SHAPE: ImageShape = { channels: 3, height: 16, width: 12 };

const NONE: ViewSettings = {
  leastArea: 1,
  flipHorizontally: false,
  jitter: { probability: 0, brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  greyProbability: 0,
  blur: { probability: 0, largest: 0 },
};

const draw = chance(2);
const IMAGE = Uint8Array.from({ length: elementsOf(SHAPE) }, () => Math.floor(256 * draw()));

function view(settings: Partial<ViewSettings>, seed = 1, image = IMAGE, shape = SHAPE): Float32Array {
  const target = new Float32Array(elementsOf(shape));
  writeView(target, image, shape, { ...NONE, ...settings }, new RandomStream(seed, 'test'));
  return target;
}

const asInput = (image: Uint8Array) => Array.from(image, (value) => (2 * value) / 255 - 1);

describe('a view of an image', () => {
  it('is the image in [−1, 1] where nothing is changed', () => {
    expectClose(view({}), asInput(IMAGE), 1e-6);
  });

  it('is mirrored as often as not', () => {
    const plain = view({});
    const views = Array.from({ length: 200 }, (_, seed) => view({ flipHorizontally: true }, seed));
    const mirrored = views.filter((each) => Math.abs((each[0] ?? 0) - (plain[11] ?? 0)) < 1e-6);
    expect(mirrored.length).toBeGreaterThan(70);
    expect(mirrored.length).toBeLessThan(130);
    expectClose(mirrored[0]?.slice(0, 12) ?? [], plain.slice(0, 12).reverse(), 1e-6);
  });

  it('shows a part of at least the share asked for: a slope is less steep in it', () => {
    const ramp = Uint8Array.from({ length: elementsOf(SHAPE) }, (_, at) => 20 * (at % 12));
    const steps = Array.from({ length: 100 }, (_, seed) => {
      const part = view({ leastArea: 0.25 }, seed, ramp);
      return (((part[8] ?? 0) - (part[4] ?? 0)) / 4) * (255 / 2 / 20);
    });
    // Of the width: √(area · aspect), between √(¼ · ¾) and 1.
    for (const step of steps) {
      expect(step).toBeGreaterThan(Math.sqrt(0.25 * 0.75) - 1e-3);
      expect(step).toBeLessThan(1 + 1e-3);
    }
    expect(Math.min(...steps)).toBeLessThan(0.6);
    expect(Math.max(...steps)).toBeGreaterThan(0.8);
  });

  it('is grey where that is drawn, with the luma of Rec. 601', () => {
    const grey = view({ greyProbability: 1 });
    const area = SHAPE.height * SHAPE.width;
    const [r = 0, g = 0, b = 0] = [IMAGE[5], IMAGE[area + 5], IMAGE[2 * area + 5]];
    const luma = (2 * (0.299 * r + 0.587 * g + 0.114 * b)) / 255 - 1;
    expectClose([grey[5] ?? 0, grey[area + 5] ?? 0, grey[2 * area + 5] ?? 0], [luma, luma, luma], 1e-5);
  });

  it('keeps greys grey when colours are turned and faded', () => {
    const plane = IMAGE.slice(0, SHAPE.height * SHAPE.width);
    const grey = Uint8Array.from([...plane, ...plane, ...plane]);
    const jitter = { probability: 1, brightness: 0, contrast: 0, saturation: 0.4, hue: 0.5 };
    expectClose(view({ jitter }, 3, grey), asInput(grey), 1e-5);
  });

  it('turns red to green in a third of a turn', () => {
    const red = Uint8Array.from({ length: elementsOf(SHAPE) }, (_, at) => (at < 192 ? 255 : 0));
    const jitter = { probability: 1, brightness: 0, contrast: 0, saturation: 0, hue: 1 / 3 };
    const turned = Array.from({ length: 300 }, (_, seed) => view({ jitter }, seed, red));
    // At the end of the range only one colour is left; the closest draw comes near it.
    const purest = Math.max(...turned.map((each) => Math.max(each[192] ?? 0, each[384] ?? 0)));
    expect(purest).toBeGreaterThan(0.97);
  });

  it('is blurred without becoming lighter or darker', () => {
    const blur = { probability: 1, largest: 0.2 };
    const [sharp, soft] = [view({}), view({ blur }, 5)];
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = (values: Float32Array) =>
      values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / values.length;
    expect(Math.abs(mean(soft) - mean(sharp))).toBeLessThan(0.05);
    expect(spread(soft)).toBeLessThan(spread(sharp) / 2);
    const even = new Uint8Array(elementsOf(SHAPE)).fill(77);
    expectClose(view({ blur }, 5, even), asInput(even), 1e-5);
  });

  it('stays in [−1, 1], of grey images too', () => {
    const grey: ImageShape = { ...SHAPE, channels: 1 };
    for (let seed = 0; seed < 50; seed++) {
      for (const [image, shape] of [
        [IMAGE, SHAPE],
        [IMAGE.slice(0, 192), grey],
      ] as const) {
        const values = view(MOCO_VIEWS, seed, image, shape);
        expect(values.every((value) => value >= -1 && value <= 1)).toBe(true);
      }
    }
  });
});

describe('two views of each image', () => {
  it('differ, and are the same for the same stream', async () => {
    const samples = twoViews(sourceOf([IMAGE, IMAGE], SHAPE), MOCO_VIEWS);
    expect(samples.shape).toEqual([2, 3, 16, 12]);
    const draw2 = (seed: number) => samples.draw([0, 1], (purpose) => new RandomStream(seed, purpose));
    const first = await draw2(1);
    const size = elementsOf(SHAPE);
    expect(first).toHaveLength(4 * size);
    const views = [0, 1, 2, 3].map((at) => first.slice(at * size, (at + 1) * size).join());
    expect(new Set(views).size).toBe(4);
    expect(await draw2(1)).toEqual(first);
    expect(await draw2(2)).not.toEqual(first);
  });
});
