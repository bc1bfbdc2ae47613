import { expect } from 'chai';
import { StreamMarkdown } from '../../src/elements/stream-markdown.js';
import { loadMarkdown } from '../../src/elements/load-markdown.js';

/** Attempts to paint over what is around the answer: by styles that must not arrive, and by what Markdown can do alone. */
const OVERLAYS: readonly string[] = [
  '<div style="position:fixed;inset:0;background:red;z-index:9999">a</div>',
  '<p style="position:absolute;top:-100px">a</p>',
  '<span style="margin:-500px">a</span>',
  '<b style="transform:scale(100)">a</b>',
  '<style>:host{position:fixed;inset:0}*{position:fixed}</style> a',
  '<link rel=stylesheet href="data:text/css,*{position:fixed}"> a',
  '<details open style="position:fixed;inset:0">\n\na\n\n</details>',
  '<kbd class="table-scroller">a</kbd> <kbd part="content">b</kbd>',
  '<a href="/x" style="display:block;position:fixed;inset:0">a</a>',
  '<dialog open>a</dialog> <div popover id=x>b</div>',
  '<svg width=9999 height=9999><foreignObject width=9999 height=9999>a</foreignObject></svg>',
  '<marquee>a</marquee> <font size=999>b</font> <h1 style="font-size:999px">c</h1>',
  '<table width=9999 background=x><tr><td width=9999>a</td></tr></table>',
  'a'.repeat(2000),
  `\`${'a'.repeat(2000)}\``,
  `\`\`\`\n${'a'.repeat(2000)}\n\`\`\``,
  `| ${'a'.repeat(500)} | ${'b'.repeat(500)} |\n|---|---|\n| c | d |`,
  `|${'a|'.repeat(100)}\n|${'-|'.repeat(100)}`,
  `${'> '.repeat(32)}a`,
  `${'- '.repeat(32)}a`,
  `# ${'W'.repeat(500)}`,
  `[${'a'.repeat(500)}](https://${'a.'.repeat(100)}example)`,
  `![${'a'.repeat(500)}](https://a.example/${'b'.repeat(500)}.png)`,
  `<b>${'&nbsp;'.repeat(500)}</b>`,
  `\u200f${'א'.repeat(500)} ${'\u202e'.repeat(5)}abc`,
];

describe('nothing is painted outside', () => {
  before(() => StreamMarkdown.define());
  before(async () => void (await loadMarkdown()));

  for (const text of OVERLAYS) {
    it(text.slice(0, 70), async () => {
      const box = document.createElement('div');
      box.style.cssText = 'width: 300px; margin: 100px; position: relative';
      const view = new StreamMarkdown();
      box.append(view);
      document.body.append(box);
      try {
        view.value = text;
        await view.updateComplete;
        await view.complete;
        const outer = view.getBoundingClientRect();
        expect([Math.round(outer.width), getComputedStyle(view).position]).to.deep.equal([300, 'relative']);
        for (const element of view.shadowRoot!.querySelectorAll<HTMLElement>('*')) {
          if (element.closest('style')) continue;
          const name = `${element.localName}.${element.className}`;
          expect(getComputedStyle(element).position, name).to.be.oneOf(['static', 'relative', 'absolute']);
          // Whatever reaches out is cut: nothing of it is where it would be.
          const { left, right, top, bottom } = element.getBoundingClientRect();
          for (const [x, y] of [
            [left + 1, top + 1],
            [right - 1, top + 1],
            [right - 1, bottom - 1],
            [(left + right) / 2, bottom - 1],
          ] as const) {
            const inside = x > outer.left - 5 && x < outer.right + 5 && y > outer.top - 5 && y < outer.bottom + 5;
            if (!inside) expect(document.elementFromPoint(x, y) === view, `${name} at ${x}, ${y}`).to.equal(false);
          }
        }
        for (const [x, y] of [
          [outer.left - 20, outer.top + 5],
          [outer.right + 20, outer.top + 5],
          [outer.left + 5, outer.top - 20],
        ] as const)
          expect(document.elementFromPoint(x, y) === view, `at ${x}, ${y}`).to.equal(false);
      } finally {
        box.remove();
      }
    });
  }
});
