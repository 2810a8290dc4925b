const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a saved value can stand where a default stands: state of an earlier version may look different. */
function isAlike(saved: unknown, standard: unknown): boolean {
  if (standard === null) return saved === null || typeof saved === 'number' || typeof saved === 'string';
  if (Array.isArray(standard)) {
    return (
      Array.isArray(saved) && saved.every((item) => typeof item === 'string' || typeof item === 'number')
    );
  }
  return typeof saved === typeof standard && saved !== null;
}

/**
 * Puts into `target`, which holds the defaults, what was saved under the same names and looks the same; the rest is left.
 * A default of null takes numbers and strings, a list takes lists of them, a record is gone through in the same way.
 */
export function restoreInto(target: object, saved: unknown): void {
  if (!isRecord(saved)) return;
  for (const [key, standard] of Object.entries<unknown>({ ...target })) {
    if (!Object.hasOwn(saved, key)) continue;
    const value = saved[key];
    if (isRecord(standard)) restoreInto(standard, value);
    else if (isAlike(value, standard)) Reflect.set(target, key, value);
  }
}

/** The saved text as a record; an empty one where it is none. */
export function parseState(text: string | null): Record<string, unknown> {
  if (text === null) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : {};
  } catch {
    // Restoring the view is a convenience: a damaged state costs no more than starting at the first page.
    return {};
  }
}
