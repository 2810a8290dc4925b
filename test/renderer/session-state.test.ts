import { describe, expect, it } from 'vitest';
import { parseState, restoreInto } from '../../renderer/session-state.ts';

const defaults = () => ({
  layout: 'list',
  selected: null,
  zoom: 1,
  heatmap: true,
  verdicts: ['flag'],
  filter: { search: '', above: false },
});

describe('restoreInto', () => {
  it('takes what was saved', () => {
    const saved = {
      ...defaults(),
      layout: 'grid',
      selected: 7,
      zoom: 2.5,
      verdicts: [],
      filter: { search: 'lot', above: true },
    };
    const state = defaults();
    restoreInto(state, JSON.parse(JSON.stringify(saved)));
    expect(state).toEqual(saved);
  });

  it('leaves a default where the saved value is of another kind or belongs to nothing', () => {
    const state = defaults();
    restoreInto(state, {
      layout: 3,
      selected: { id: 1 },
      zoom: null,
      verdicts: [{ verdict: 'flag' }],
      filter: 'lot',
      unknown: true,
    });
    expect(state).toEqual(defaults());
  });

  it('leaves the defaults where nothing was saved', () => {
    const state = defaults();
    restoreInto(state, undefined);
    expect(state).toEqual(defaults());
  });
});

describe('parseState', () => {
  it('starts empty where there is no record', () => {
    expect([null, '', '{', '[]', '3', 'null'].map(parseState)).toEqual([{}, {}, {}, {}, {}, {}]);
    expect(parseState('{"route":"/models"}')).toEqual({ route: '/models' });
  });
});
