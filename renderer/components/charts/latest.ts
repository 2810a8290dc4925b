export interface LatestHooks<Question, Answer> {
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  answered(answer: Answer, question: Question): void;
  failed(error: unknown, question: Question): void;
  /** At least so long between two questions. */
  readonly gapMs: number;
}

export interface Latest<Question> {
  ask(question: Question): void;
  /** Whatever is still to come is dropped. */
  stop(): void;
}

/**
 * Asks while something is being dragged or typed: one question at a time, of those that wait only the newest, and no answer
 * after that of a newer question.
 */
export function latest<Question, Answer>(hooks: LatestHooks<Question, Answer>): Latest<Question> {
  let waiting: { readonly question: Question } | null = null;
  let asking: AbortController | null = null;
  let pause: ReturnType<typeof setTimeout> | null = null;

  const carryOut = async (question: Question): Promise<void> => {
    const own = new AbortController();
    asking = own;
    try {
      const answer = await hooks.ask(question, own.signal);
      if (!own.signal.aborted) hooks.answered(answer, question);
    } catch (error) {
      if (!own.signal.aborted) hooks.failed(error, question);
    }
    if (own.signal.aborted) return;
    pause = setTimeout(next, hooks.gapMs);
  };

  const next = (): void => {
    pause = null;
    asking = null;
    if (waiting === null) return;
    const { question } = waiting;
    waiting = null;
    void carryOut(question);
  };

  return {
    ask(question) {
      waiting = { question };
      if (asking === null) next();
    },
    stop() {
      waiting = null;
      asking?.abort();
      asking = null;
      if (pause !== null) clearTimeout(pause);
      pause = null;
    },
  };
}
