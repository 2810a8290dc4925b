import { securityHeaders, newNonce } from './page-policy.ts';

const page = (sentence: string): string => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>flowscreen</title>
  <body>
    <h1>flowscreen</h1>
    <p>${sentence}</p>
  </body>
</html>
`;

/** An answer that says in one sentence what to do. @param sentence of this program's own words, without markup */
export function refusal(status: 400 | 403, sentence: string): Response {
  return new Response(page(sentence), {
    status,
    headers: {
      ...securityHeaders({ nonce: newNonce(), socket: null }),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
}
