import { randomBytes } from 'node:crypto';

/** Stands in index.html where the nonce of the response goes. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

export const newNonce = (): string => randomBytes(16).toString('base64');

export interface PagePolicy {
  /** Lets the page's own style elements in. */
  readonly nonce: string;
  /** Where the page may open a WebSocket: `ws://host:port`; null where it has none. */
  readonly socket: string | null;
}

/** What a page may do: run the program's own scripts, show the program's own pictures, and reach nobody else. */
export function contentSecurityPolicy({ nonce, socket }: PagePolicy): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The theme writes its colours into a style element. No style attribute is let in: scripts set styles one by one.
    `style-src 'self' 'nonce-${nonce}'`,
    // The viewport makes its cursors itself.
    "img-src 'self' blob:",
    `connect-src 'self'${socket === null ? '' : ` ${socket}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The headers of every answer, files and failures included. */
export function securityHeaders(policy: PagePolicy): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(policy),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'camera=(), display-capture=(), geolocation=(), microphone=(), usb=(), serial=(), hid=()',
    // For browsers that do not know frame-ancestors.
    'x-frame-options': 'DENY',
  };
}
