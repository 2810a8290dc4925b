import { createReport, previewReport } from '../reports/report.ts';
import { os } from './base.ts';

export const reportHandlers = {
  preview: os.reports.preview.handler(({ context, input }) => previewReport(context.services, input)),
  create: os.reports.create.handler(async ({ context, input: { format, ...choice } }) => {
    const { name, type, content } = await createReport(context.services, context.maps, choice, format);
    context.changes.announce('audit');
    return new File([content], name, { type });
  }),
};
