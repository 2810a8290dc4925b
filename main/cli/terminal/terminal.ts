import { styleText } from 'node:util';
import { printable } from './printable.ts';
import { type Progress, type ProgressTitle, showProgress } from './progress.ts';

/** What a command says besides its answer. All of it goes to stderr: stdout holds the answer alone. */
export interface Terminal {
  /** One sentence for the person, also while progress is shown. */
  readonly say: (message: string) => void;
  progress(title: ProgressTitle): Progress;
}

const SILENT: Progress = { update: () => {}, say: () => {}, finish: () => {} };

export function openTerminal({ quiet }: { readonly quiet: boolean }): Terminal {
  if (quiet) return { say: () => {}, progress: () => SILENT };
  let running: Progress | null = null;
  return {
    say(message) {
      const text = printable(message);
      if (running === null) process.stderr.write(`${text}\n`);
      else running.say(text);
    },
    progress({ title, unit }) {
      const shown = showProgress({ title: printable(title), unit }, process.stderr);
      running = shown;
      return {
        ...shown,
        finish() {
          shown.finish();
          running = null;
        },
      };
    },
  };
}

/** Emphasis in the answer; plain where stdout is no terminal or NO_COLOR is set. */
export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
