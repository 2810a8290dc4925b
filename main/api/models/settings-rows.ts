/** Settings as people read them: one line each, by the path to it. */
export function settingsRows(settings: unknown, path = ''): [string, string][] {
  if (Array.isArray(settings)) return [[path, settings.map(valueText).join(', ')]];
  if (typeof settings !== 'object' || settings === null) return [[path, valueText(settings)]];
  const entries: [string, unknown][] = Object.entries(settings);
  return entries.flatMap(([key, value]) => settingsRows(value, path === '' ? key : `${path}.${key}`));
}

function valueText(value: unknown): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
