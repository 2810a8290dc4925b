import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secret = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Who is let in: whoever opens an address that was printed here, once, and the browser windows that came in that way. Secrets
 * are kept as digests only, and live as long as the program.
 */
export class Visitors {
  /** Browsers send the cookies of one host to all its ports: the port in the name keeps two programs apart. */
  readonly #cookie: string;
  readonly #sessions = new Set<string>();
  #token: Buffer | null = null;

  /** @param port that the server listens on */
  constructor(port: number) {
    this.#cookie = `flowscreen-${port}`;
  }

  /** A token that lets one browser in; the one before is no longer good. */
  invite(): string {
    const token = secret();
    this.#token = digest(token);
    return token;
  }

  /** Uses up a token. @returns the cookie to set, or null for one that is wrong or used */
  admit(token: string): string | null {
    if (this.#token === null || !timingSafeEqual(this.#token, digest(token))) return null;
    this.#token = null;
    const session = secret();
    this.#sessions.add(digest(session).toString('hex'));
    return `${this.#cookie}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** @param header the request's Cookie header */
  knows(header: string | undefined): boolean {
    return (header ?? '').split(';').some((pair) => {
      const [name, value] = pair.trim().split('=', 2);
      return name === this.#cookie && this.#sessions.has(digest(value ?? '').toString('hex'));
    });
  }
}
