import { type CombinedRanking, imageName, tailText } from '../../preload/contract.ts';
import { combinationText } from './combine-options.ts';
import { NOTICE } from './notice.ts';
import { countText, scoreText } from './terminal/numbers.ts';
import { left, right, table } from './terminal/table.ts';

/** What the column of tails says. */
export function countedOn(heldOutNormals: number): string {
  return `As high in normals: of ${countText(heldOutNormals, 'held-out normal')}, with the range in which the true share lies 95 times in 100.`;
}

/** A ranking by several models, for people; columns that would be empty are left out. */
export function combinedText(ranking: CombinedRanking): string {
  const { images, models, total, heldOutNormals, remarks } = ranking;
  const labelled = images.some(({ label }) => label !== null);
  const changed = images.some(({ contentChanged }) => contentChanged);
  const columns = [
    right('rank'),
    right('combined'),
    right('as high in normals'),
    ...models.map(({ model }) => right(model)),
    ...(labelled ? [left('label')] : []),
    left('file'),
    ...(changed ? [left('')] : []),
  ];
  const rows = images.map((image) => [
    String(image.rank),
    scoreText(image.value),
    image.tail === null ? '' : tailText(image.tail),
    ...image.own.map((value) => scoreText(value)),
    ...(labelled ? [image.label ?? ''] : []),
    imageName(image),
    ...(changed ? [image.contentChanged ? 'changed since' : ''] : []),
  ]);
  return [
    [
      `Ranked by ${combinationText(ranking)}; ${countText(total, 'image')}. Higher is more anomalous. ${NOTICE}`,
      countedOn(heldOutNormals),
      ...remarks,
    ].join('\n'),
    images.length === 0 ? 'No images here.' : table(columns, rows),
  ].join('\n\n');
}
