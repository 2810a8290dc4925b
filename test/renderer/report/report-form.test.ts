import { describe, expect, it } from 'vitest';
import { ReportChoice, ReportColumn } from '../../../preload/contract.ts';
import {
  COLUMNS,
  type ReportForm,
  inOrder,
  reportChoice,
} from '../../../renderer/components/report/report-form.ts';

const form: ReportForm = {
  score: 'ratio',
  by: 'verdicts',
  verdicts: ['flag'],
  fileIds: [],
  columns: ['score', 'rank'],
  pictures: 'none',
  burnedInPictures: false,
  identifiers: false,
  retain: [],
  title: ' Lot 7 ',
  comment: '',
};

describe('what a report is asked for', () => {
  it('is something that the contract takes, whichever way cases are chosen', () => {
    const ways: Partial<ReportForm>[] = [{}, { by: 'threshold' }, { by: 'selection', fileIds: [4, 2] }];
    for (const way of ways) {
      const made = reportChoice(9, { ...form, ...way });
      if (made.kind !== 'choice') throw new Error(made.reason);
      expect(ReportChoice.parse(made.choice)).toEqual(made.choice);
    }
  });

  it('says what is missing', () => {
    const reasonOf = (way: Partial<ReportForm>) => {
      const made = reportChoice(9, { ...form, ...way });
      return made.kind === 'missing' ? made.reason : null;
    };
    expect(reasonOf({ title: ' ' })).toContain('title');
    expect(reasonOf({ columns: [] })).toContain('column');
    expect(reasonOf({ verdicts: [] })).toContain('flagged');
    expect(reasonOf({ by: 'selection' })).toContain('ranked list');
  });

  it('offers every column of the contract once, and keeps their order', () => {
    expect(COLUMNS.map(({ column }) => column).sort()).toEqual([...ReportColumn.options].sort());
    expect(inOrder(['note', 'score', 'rank'])).toEqual(['rank', 'score', 'note']);
  });
});
