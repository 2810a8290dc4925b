/** An estimated time with no more digits than an estimate has: "45 s", "25 min", "7.5 h", "33 h", "4 days". */
export function roughDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(5, toNearest(seconds, 5))} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${toNearest(minutes, minutes < 20 ? 1 : 5)} min`;
  const hours = minutes / 60;
  if (hours < 48) return `${toNearest(hours, hours < 10 ? 0.5 : 1)} h`;
  return `${Math.round(hours / 24).toLocaleString('en')} days`;
}

const toNearest = (value: number, step: number): number => Math.round(value / step) * step;
