import { expect } from 'chai';
import { dataTest, describeData } from '../helpers/data.js';
import { expectHarmless, offList, PageWatch, payloads } from '../helpers/hostile-page.js';
import { breathe, random, renderWhole, units } from '../helpers/markdown.js';
import { until } from '../helpers/page.js';
import { SEED, seedOf } from '../helpers/seed.js';

/** Of each payload in each engine, which draws others: more than 200,000 in three. */
const PREFIXES = 14;

/** `text` in pieces between that many places drawn at random. */
function randomCuts(text: string, next: () => number, count: number): string[] {
  const places = Array.from({ length: count }, () => Math.floor(next() * text.length)).sort((a, b) => a - b);
  return [0, ...places].map((place, index) => text.slice(place, places[index]));
}

describe('what watches over hostile text', () => {
  /** Tags, and what is found off the list in them. */
  const HTML: [html: string, found: string | null][] = [
    ['<p>a <a href="https://a.example/" rel="nofollow">b</a></p>', null],
    ['<p><img src="x"></p>', '<img> by default'],
    ['<b onclick="x">a</b>', 'b[onclick]'],
    ['<b style="x">a</b>', 'b[style]'],
    ['<b id="x">a</b>', 'b[id]'],
    ['<a href="javascript:x">a</a>', 'href="javascript:x"'],
    ['<a href="https://a@b.example/">a</a>', 'href="https://a@b.example/"'],
    ['<constructor>a</constructor>', '<constructor>'],
    ['<svg></svg>', '<svg>'],
    ['<input type="text">', 'a form control'],
    ['<button>a</button>', 'a button that submits'],
    ['<p class="composer">a</p>', 'class="composer"'],
  ];
  for (const [html, found] of HTML) {
    it(`sees in ${html} ${found ?? 'nothing'}`, () => {
      const { body } = new DOMParser().parseFromString(html, 'text/html');
      expect(offList(body)).to.equal(found);
    });
  }

  it('sees what runs and what is requested', async () => {
    const watch = new PageWatch();
    await watch.start();
    const image = document.createElement('img');
    try {
      alert('a');
      image.src = '/package.json?watched';
      document.body.append(image);
      await until('the request', () => performance.getEntriesByName(image.src).length > 0);
      const happened = await watch.expectNothing().catch(({ actual }: { actual: string[] }) => actual);
      expect(happened).to.deep.equal(['alert', `request of ${image.src}`]);
    } finally {
      watch.stop();
      image.remove();
    }
  });
});

describe('hostile text', () => {
  const watch = new PageWatch();

  before(() => watch.start());
  after(() => watch.stop());

  const written = [
    '<img src="https://tracker.invalid/1.png" onerror=alert(1)>',
    '![a](https://tracker.invalid/2.png)',
    '![a][b]\n\n[b]: https://tracker.invalid/3.png',
    '<svg><image href="https://tracker.invalid/4.png"/></svg>',
    '<video poster="https://tracker.invalid/5.png"><source src=x></video>',
    '<table background="https://tracker.invalid/6.png"><tr><td>',
    '<div style="background:url(https://tracker.invalid/7.png)">',
    '<link rel=stylesheet href="https://tracker.invalid/8.css">',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<form action="https://evil.invalid"><input type=password></form>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '[a](javascript:alert(1)) <javascript:alert(1)> [b](<java\tscript:alert(1)>)',
    '[a](/x "onmouseover=alert(1)//\\" onclick=alert(1)")',
    '[a](/x"onclick=alert(1)) ![" onerror=alert(1) x="](/x)',
    '```"onclick=alert(1)//\nx\n```',
    '```</code></pre><script>alert(1)</script>\nx\n```',
    '<kbd><img src=x onerror=alert(1)></kbd> <code><script>alert(1)</script></code>',
    '<details open ontoggle=alert(1)>\n\nx\n\n</details>',
    '<details>\n<summary><img src=x onerror=alert(1)></summary>\n\nx',
    '<a id=x name=body href=javascript:alert(1)>x</a>',
    '&lt;img src=x onerror=alert(1)&gt; &#60;script&#62;alert(1)&#60;/script&#62;',
    '`<img src=x onerror=alert(1)>` <!--><script>alert(1)</script>-->',
  ];

  it('does nothing: written by hand, at every prefix', async () => {
    for (const text of written) {
      expectHarmless(units(text));
      expectHarmless(units(text), 8);
      await breathe();
    }
    await watch.expectNothing();
  });

  it('is shown, not dropped', () => {
    for (const text of ['<img src=x onerror=y>', '<script>\nalert(1)\n</script>', 'a <iframe src=x></iframe> b']) {
      expect(renderWhole(text).textContent?.trim()).to.equal(text);
    }
  });

  describeData('payload lists', () => {
    let texts: string[];
    before(async () => {
      watch.stop(); // the lists themselves are requested
      texts = await payloads();
      await watch.start();
    });

    dataTest(`do nothing: each whole, and at ${PREFIXES} seeded prefixes`, async function (this: Mocha.Context) {
      this.timeout(600_000);
      const next = random(seedOf(navigator.userAgent));
      console.log(`hostile text: seed ${SEED}`);
      expect(texts.length).to.be.above(5000);
      for (const [index, text] of texts.entries()) {
        await breathe();
        expectHarmless([text]);
        // A view that is written to in pieces shows each prefix in turn, as a reader would see it.
        expectHarmless(randomCuts(text, next, PREFIXES), index % 2 ? 8 : undefined);
      }
      await watch.expectNothing();
    });
  });
});
