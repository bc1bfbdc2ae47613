import { expect } from 'chai';
import { dataTest, describeData, readData } from '../helpers/data.js';
import { breathe, random, renderWhole } from '../helpers/markdown.js';
import { MarkdownView } from '../../src/markdown/index.js';

/** Everything that may be in a rendered answer: element → attributes, beside those of any element. */
const ELEMENTS: Record<string, string> = {
  ...Object.fromEntries(
    'p br hr h1 h2 h3 h4 h5 h6 strong em b i u s del ins mark abbr sub kbd ul thead tbody tr summary'
      .split(' ')
      .map((name) => [name, '']),
  ),
  a: 'href title rel target referrerpolicy role aria-label',
  blockquote: 'role',
  button: 'type aria-label aria-pressed data-copy data-src data-alt data-title',
  code: '',
  details: 'open',
  div: 'tabindex role aria-label',
  img: 'src alt title loading decoding referrerpolicy',
  input: 'type disabled checked aria-label',
  li: 'value tabindex data-growing',
  ol: 'start',
  pre: 'tabindex role aria-label',
  section: 'role aria-label',
  span: 'title',
  sup: 'data-footnote',
  table: '',
  td: 'align',
  th: 'align',
};
const ANY = 'part class dir data-chrome';
const CLASS =
  /^(?:source|group|code-block|code-header|copy-button|wrap-button|table-block|table-header|token-\w+|table-scroller|refused-link|link-host|image-text|language-\S*|alert(?:-title| \w+)|footnotes|footnote-back)$/;
const ADDRESS = /^(?:https?:\/\/[^/@\\]+(?:[/?#]|$)|mailto:|tel:|(?![a-z][a-z0-9+.-]*:)(?!\/\/)[^\\]*$)/i;

/** The first thing in `root` that is off the list, in words. */
function offList(root: Element): string | null {
  for (const element of root.querySelectorAll('*')) {
    const allowed = ELEMENTS[element.localName];
    if (allowed === undefined || element.namespaceURI !== 'http://www.w3.org/1999/xhtml')
      return `<${element.localName}>`;
    const names = `${allowed} ${ANY}`.split(' ');
    for (const { name, value } of element.attributes) {
      if (!names.includes(name)) return `${element.localName}[${name}]`;
      if (name === 'class' && !CLASS.test(value)) return `class="${value}"`;
      if (name === 'href' && !ADDRESS.test(value)) return `href="${value}"`;
    }
    if (element.localName === 'a' && element.hasAttribute('href')) {
      const { protocol, username } = element as HTMLAnchorElement;
      if (!/^(?:https?|mailto|tel):$/.test(protocol) || username !== '')
        return `link to ${(element as HTMLAnchorElement).href}`;
    }
    if (element.localName === 'button' && (element as HTMLButtonElement).type !== 'button')
      return 'a button that submits';
    if (element.localName === 'input' && !element.matches('[type="checkbox"][disabled]')) return 'a form control';
  }
  return root.querySelector('img') ? '<img> by default' : null;
}

async function payloads(): Promise<string[]> {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value);
    else if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value))
        if (!/^(?:expected|title|name|source|file|id|note|licence)$/.test(key)) collect(member);
    }
  };
  for (const name of [
    'dompurify',
    'html5-security-cheatsheet',
    'owasp-filter-evasion',
    'payloads-all-the-things',
    'markdown-bypass-attempts',
    'markstream-html',
  ]) {
    collect(JSON.parse(await readData(`xss/${name}.json`)));
  }
  for (const line of (await readData('xss/payloadbox.txt')).split('\n')) texts.add(line);
  texts.delete('');
  return [...texts];
}

describe('hostile text', () => {
  const ran: string[] = [];
  const originals = { alert, confirm, prompt, print, open };
  let requests: PerformanceObserver | undefined;
  const requested: string[] = [];
  const violations: string[] = [];
  const onViolation = (event: SecurityPolicyViolationEvent): void => void violations.push(event.violatedDirective);

  before(() => {
    for (const name of Object.keys(originals)) Object.assign(window, { [name]: () => ran.push(name) });
    requests = new PerformanceObserver((list) => {
      for (const { name } of list.getEntries())
        if (!name.includes('__data__') && !name.includes('wds')) requested.push(name);
    });
    requests.observe({ type: 'resource' });
    document.addEventListener('securitypolicyviolation', onViolation);
  });

  after(() => {
    Object.assign(window, originals);
    requests?.disconnect();
    document.removeEventListener('securitypolicyviolation', onViolation);
  });

  /** Renders in the page, in two pieces and whole, since it is there that something would load or run. */
  function expectHarmless(text: string, cut: number): void {
    const container = document.createElement('div');
    document.body.append(container);
    const view = new MarkdownView(container);
    view.write(text.slice(0, cut));
    const first = offList(container);
    if (first) expect.fail(`${first} from ${JSON.stringify(text.slice(0, cut))}`);
    view.write(text.slice(cut));
    view.end();
    const whole = offList(container);
    if (whole) expect.fail(`${whole} from ${JSON.stringify(text)}`);
    container.remove();
  }

  async function expectNothingHappened(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(ran, 'ran').to.deep.equal([]);
    expect(requested, 'requested').to.deep.equal([]);
    expect(violations, 'reported').to.deep.equal([]);
  }

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
      for (let cut = 0; cut < text.length; cut += 1) expectHarmless(text, cut);
      await breathe();
    }
    await expectNothingHappened();
  });

  it('is shown, not dropped', () => {
    for (const text of ['<img src=x onerror=y>', '<script>\nalert(1)\n</script>', 'a <iframe src=x></iframe> b']) {
      expect(renderWhole(text).textContent?.trim()).to.equal(text);
    }
  });

  describeData('payload lists', () => {
    dataTest('do nothing: each whole and at five seeded prefixes', async function (this: Mocha.Context) {
      this.timeout(600_000);
      const seed = 20261121;
      const next = random(seed);
      const texts = await payloads();
      expect(texts.length).to.be.above(4000);
      for (const text of texts) {
        for (let n = 0; n < 5; n += 1) expectHarmless(text, Math.floor(next() * text.length));
        await breathe();
      }
      await expectNothingHappened();
    });
  });
});
