import { describe, expect, it } from 'vitest';
import { createChanges } from '../../../main/api/changes.ts';

describe('changes', () => {
  it('reach every follower, the same one only once while nobody takes it', async () => {
    const changes = createChanges();
    const ending = new AbortController();
    const followers = [changes.follow(ending.signal), changes.follow(undefined)];
    const first = followers.map((follower) => follower.next());
    changes.announce('models');
    changes.announce('audit');
    changes.announce('audit');
    for (const each of first) expect(await each).toEqual({ done: false, value: { topic: 'models' } });
    for (const follower of followers) expect((await follower.next()).value).toEqual({ topic: 'audit' });
    const waiting = followers.map((follower) => follower.next());
    changes.announce('audit');
    for (const each of waiting) expect((await each).value).toEqual({ topic: 'audit' });
  });

  it('end with the signal, also while they wait and before they begin', async () => {
    const changes = createChanges();
    const ending = new AbortController();
    const follower = changes.follow(ending.signal);
    const waiting = follower.next();
    ending.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await changes.follow(ending.signal).next()).toEqual({ done: true, value: undefined });
    changes.announce('audit');
  });
});
