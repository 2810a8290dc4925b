/** The directives of the page's policy that an intrusion runs into. */
export const INTRUSIONS = [
  'connect-src',
  'frame-src',
  'img-src',
  'script-src-attr',
  'script-src-elem',
  'style-src-attr',
  'style-src-elem',
  'worker-src',
];

/** Those that it has run into. */
export const BLOCKED = '[...new Set(window.blocked)].sort()';

/** What a page would do that somebody else's text got into. */
export const intrusion = (host: string): string => `{
  window.blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
  const add = (name, properties) => {
    const element = Object.assign(document.createElement(name), properties);
    document.body.append(element);
    return element;
  };
  add('script', { textContent: 'window.intruded = "inline"' });
  add('script', { src: 'http://${host}/script.js' });
  add('style', { textContent: '@import "http://${host}/style.css"' });
  add('img', { src: 'http://${host}/image.png' });
  add('iframe', { src: 'http://${host}/frame' });
  const button = add('button', {});
  button.setAttribute('onclick', 'window.intruded = "handler"');
  button.click();
  button.setAttribute('style', 'background: url(http://${host}/background.png)');
  new Worker(URL.createObjectURL(new Blob(['self.close()'])));
  fetch('http://${host}/fetch').catch(() => undefined);
  navigator.sendBeacon('http://${host}/beacon', 'x');
  new WebSocket('ws://${host}/socket').onerror = () => undefined;
}`;
