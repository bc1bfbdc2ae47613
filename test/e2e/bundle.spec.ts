// The build takes out of the dependencies what is never run here (vite.config.ts). So the built element has to render what
// one renders that is built of the dependencies as they were published: whole, and written in pieces.

import { expect, test, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../runner/files.js';

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stream-chat-plain-'));
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--mode', 'plain', '--outDir', folder], { cwd: ROOT, stdio: 'pipe' });
});
test.afterAll(() => rmSync(folder, { recursive: true }));

/** Something of everything that Markdown has, and of what must never run. */
const TEXTS = [
  '# One *two*\n\nThree\n===\n\n- a\n- b\n  1. c\n\n     d\n\n> e\n> > f',
  '| a | b |\n| :- | -: |\n| `c\\|d` | **e** |\n',
  '```js\nconst a = "<b>";\n```\n\n    indented\n\n~~~\nopen',
  '[a](https://example.com "t") ![i](https://example.com/i.png) <https://example.com> www.example.com a@example.com',
  '[a][r] and [b]\n\n[r]: https://example.com\n[b]: <javascript:alert(1)>',
  '- [ ] a\n- [x] b\n\n~~c~~ ***d*** __e__ `f` \\* &amp; &#x41;  \ng',
  '> [!NOTE]\n> a[^1] **「b」**c~~（d）~~e https://example.com。f\n\n[^1]: g\n\n    h[^x]\n[^x]: i',
  '<details open><summary>a</summary>\n\n**b**\n\n</details>\n\nx<sub>1</sub> <kbd>k</kbd> <script>alert(1)</script>',
  '<img src=x onerror=alert(1)> <svg><style><img src=x onerror=alert(1)></style></svg> <math><mtext><table><mglyph>',
  '[a](javascript:alert(1)) [b](data:text/html,c) [d](//e.f) [g](https://h@i.j) \u202Ek\u202C \u{E0041}',
  '<form><input><button formaction=javascript:alert(1)>a</form> <a href=b onclick=c style=d id=e name=f>g</a>',
];

function dataTexts(): string[] {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(process.env['STREAM_CHAT_DATA']!, file), 'utf8')) as unknown;
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value
        ? Object.values(value).flatMap(strings)
        : [];
  const index = read('INDEX.json') as { file: string; kind: string }[];
  const files = index.filter(({ kind, file }) => (kind === 'xss' || kind === 'conformance') && file.endsWith('.json'));
  const texts = files.filter(({ file }) => !file.includes('pathological')).flatMap(({ file }) => strings(read(file)));
  return [...new Set(texts)].filter((text) => text.length < 4000);
}

/** The texts of which the two elements do not make the same, and how much they make in all. */
async function compare(page: Page, texts: string[]): Promise<{ different: string[]; length: number }> {
  await page.route('**/stream-chat.plain.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', path: join(folder, 'stream-chat.plain.js') }),
  );
  await page.goto('/markdown.html');
  return page.evaluate(async (all) => {
    interface Bundle {
      StreamMarkdown: { define(tag: string): void };
    }
    type View = HTMLElement & { value: string; complete: Promise<void>; write(text: string): void; end(): void };
    const load = (file: string) => import(file) as Promise<Bundle>;
    (await load('/stream-chat.js')).StreamMarkdown.define('markdown-built');
    (await load('/stream-chat.plain.js')).StreamMarkdown.define('markdown-plain');
    const render = async (tag: string, text: string): Promise<string> => {
      const whole = document.createElement(tag) as View;
      const pieces = document.createElement(tag) as View;
      document.body.append(whole, pieces);
      whole.value = text;
      for (let at = 0; at < text.length; at += 1 + (text.length >> 2)) {
        pieces.write(text.slice(at, at + 1 + (text.length >> 2)));
      }
      pieces.end();
      await Promise.all([whole.complete, pieces.complete]);
      const html = [whole, pieces].map((view) => view.shadowRoot!.querySelector('.markdown')!.innerHTML);
      whole.remove();
      pieces.remove();
      return html.join('\n');
    };
    // The languages of code come in their own time, once for each of the two.
    for (const tag of ['markdown-built', 'markdown-plain']) {
      while (!(await render(tag, '```js\nlet a\n```')).includes('token-keyword'))
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const different: string[] = [];
    let length = 0;
    for (let at = 0; at < all.length; at += 50) {
      await Promise.all(
        all.slice(at, at + 50).map(async (text) => {
          const [built, plain] = await Promise.all([render('markdown-built', text), render('markdown-plain', text)]);
          if (built !== plain) different.push(text);
          length += plain.length;
        }),
      );
    }
    return { different, length };
  }, texts);
}

test('the built element renders what its dependencies as published render', async ({ page }) => {
  const { different, length } = await compare(page, TEXTS);
  expect(different).toEqual([]);
  expect(length).toBeGreaterThan(TEXTS.join('').length);
});

test('and the same of all payloads and conformance suites', async ({ page }) => {
  test.skip(!process.env['STREAM_CHAT_DATA'], 'needs the test data (STREAM_CHAT_DATA)');
  test.setTimeout(180_000);
  const texts = dataTexts();
  expect(texts.length).toBeGreaterThan(5000);
  const { different, length } = await compare(page, texts);
  expect(different).toEqual([]);
  expect(length).toBeGreaterThan(texts.join('').length);
});
