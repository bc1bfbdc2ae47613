// Under the strictest policy that is promised to work: no script or style but the page's own files, and no string into a
// sink of HTML but through the two named policies. Chromium and Firefox enforce Trusted Types.

import { expect, test, type Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const STRICT = "script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; ";
const BOTH = "trusted-types lit-html dompurify 'allow-duplicates'";

const PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Policy</title><link rel="icon" href="data:,"></head>
  <body><script type="module" src="/page.js"></script></body>
</html>`;

/** What the page does, in a file, since nothing else may run in it. */
const SCRIPT = `
const reports = [];
const errors = [];
document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => reports.push(violatedDirective + ' ' + sample));
window.render = async (texts) => {
  const { StreamMarkdown } = await import('/stream-chat.js');
  StreamMarkdown.define();
  const other = await import('/stream-chat.js?another');
  other.StreamMarkdown.define('another-markdown');
  const shown = [];
  for (const name of ['stream-markdown', 'another-markdown']) {
    for (const text of texts) {
      const view = document.createElement(name);
      view.addEventListener('error', ({ message }) => errors.push(message));
      document.body.append(view);
      for (let at = 0; at < text.length; at += 50) view.write(text.slice(at, at + 50));
      view.end();
      await view.complete;
      shown.push(view.shadowRoot.textContent.replace(/\\s+/g, ' ').trim());
      view.remove();
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { shown, reports, errors };
};`;

declare global {
  interface Window {
    render: (texts: string[]) => Promise<{ shown: string[]; reports: string[]; errors: string[] }>;
  }
}

const BENIGN = [
  '# Title\n\n**bold** [link](https://example.com) `code` <kbd>k</kbd> &amp;\n\n- [x] done\n- b\n\n| a |\n|---|\n| b |\n',
  '```js\nlet a = "<b>";\n```\n\n<details>\n<summary>s</summary>\n\nx\n\n</details>\n\n![i](https://example.com/i.png)\n',
];

const HOSTILE = [
  '<img src=x onerror=alert(1)> <svg onload=alert(1)> <style>*{color:red}</style> <p style="color:red">a</p>',
  '<script>alert(1)</script> <iframe srcdoc="<script>alert(1)</script>"></iframe> <a href="javascript:alert(1)">a</a>',
  '[a](javascript:alert(1)) ![b](data:text/html,c) <link rel=stylesheet href=x> <base href=//x> <object data=x></object>',
];

/** Every text in the lists of payloads, where there are any. */
function payloads(): string[] {
  const data = process.env['STREAM_CHAT_DATA'];
  if (!data) return [];
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value
        ? Object.values(value).flatMap(strings)
        : [];
  const folder = join(data, 'xss');
  const lists = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return [...new Set(lists.flatMap((name) => strings(JSON.parse(readFileSync(join(folder, name), 'utf8')))))];
}

let server: Server;
let policy = '';
let address = '';

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: PAGE }],
    ['/page.js', { type: 'text/javascript', body: SCRIPT }],
  ]);
  for (const file of ['/stream-chat.js', '/stream-chat.markdown.js', '/stream-chat.highlight.js']) {
    const built = await fetch(new URL(file, process.env['STREAM_CHAT_DEMO_URL']));
    files.set(file, { type: 'text/javascript', body: await built.text() });
  }
  server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (!file) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type, 'content-security-policy': STRICT + policy }).end(file.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
test.afterAll(() => void server.close());

async function render(page: Page, under: string, texts: string[]): ReturnType<Window['render']> {
  policy = under;
  await page.goto(address);
  await page.waitForFunction(() => 'render' in window);
  return page.evaluate((all) => window.render(all), texts);
}

test('benign text is rendered without a report, beside another copy of the element', async ({ page }) => {
  const { shown, reports, errors } = await render(page, BOTH, BENIGN);
  expect([reports, errors]).toEqual([[], []]);
  expect(shown[0]).toContain('Title bold link code k & done b CopyMarkdown a b');
  expect(shown.slice(2)).toEqual(shown.slice(0, 2));
});

test('code is coloured without a report', async ({ page }) => {
  policy = BOTH;
  await page.goto(address);
  await page.waitForFunction(() => 'render' in window);
  await page.evaluate(async () => {
    await window.render(['']);
    const view = document.createElement('stream-markdown');
    view.setAttribute('value', '```js\nlet a;\n```');
    document.body.append(view);
  });
  await expect(page.locator('.token-keyword')).toHaveText('let');
  expect((await page.evaluate(() => window.render(['']))).reports).toEqual([]);
});

test('hostile text is shown without a report', async ({ page }) => {
  test.setTimeout(120_000);
  const { reports, errors } = await render(page, BOTH, [...HOSTILE, ...payloads()]);
  expect([[...new Set(reports)], errors]).toEqual([[], []]);
});

test('where the sanitiser’s policy is refused, the same text is shown as text', async ({ page, browserName }) => {
  const { shown, errors } = await render(page, "trusted-types lit-html 'allow-duplicates'", ['a **b** <i>c</i>']);
  expect(shown, browserName).toEqual(['a **b** <i>c</i>', 'a **b** <i>c</i>']);
  expect(errors.length).toBe(2);
});
