import { describe, expect, it } from 'vitest';
import { KNOWN_DETECTORS, boundDetector, isKnown, known } from '../../../main/jobs/known-detectors.ts';
import { METHODS } from '../../../models/detectors/index.ts';
import { PRESETS } from '../../../models/preset-name.ts';

const SHAPES = [
  { channels: 1, height: 32, width: 32 },
  { channels: 3, height: 64, width: 48 },
] as const;
const CHOICES = { steps: 7, batchSize: 3, flipHorizontally: false, fineTuning: true, classes: 4 };

describe('every detector', () => {
  it('is known by its own id, in the order of the list', () => {
    expect(KNOWN_DETECTORS.map(({ method }) => method.id)).toEqual(METHODS.map(({ id }) => id));
    for (const { id, title } of METHODS) expect(known(id)?.method.title).toBe(title);
  });

  it.each(KNOWN_DETECTORS)('$method.id has settings that come back from JSON as they were', (detector) => {
    for (const preset of PRESETS) {
      for (const shape of SHAPES) {
        for (const choices of [{}, CHOICES, { generalImages: true }]) {
          const settings = detector.settings(preset, shape, choices);
          const back: unknown = JSON.parse(JSON.stringify(settings));
          const bound = boundDetector({ id: detector.method.id, settings: back });
          expect(bound.settings).toEqual(settings);
        }
      }
    }
  });

  it.each(KNOWN_DETECTORS)('$method.id takes what was chosen where it has steps', (detector) => {
    const [shape] = SHAPES;
    const { fit } = detector.bind(detector.settings('quick', shape, CHOICES));
    if (fit.kind === 'computed') return;
    const stages = detector.method.id === 'contrastive-flow' ? 2 : 1;
    expect(fit.effort).toEqual({ steps: 7 * stages, batchSize: 3 });
    const text = JSON.stringify(detector.settings('quick', shape, CHOICES));
    expect(text).not.toContain('"flipHorizontally":true');
  });

  it.each(KNOWN_DETECTORS)('$method.id refuses settings that are not its own', ({ method, ...detector }) => {
    const { id } = method;
    const settings = detector.settings('tiny', SHAPES[0], {});
    expect(isKnown({ id, settings })).toBe(true);
    expect(isKnown({ id, settings: [settings] })).toBe(false);
    expect(isKnown({ id, settings: {} })).toBe(false);
    expect(() => detector.bind({})).toThrow();
  });

  it('that is unknown is refused', () => {
    expect(isKnown({ id: 'oracle', settings: {} })).toBe(false);
    expect(() => boundDetector({ id: 'oracle', settings: {} })).toThrow('there is no detector oracle');
  });
});
