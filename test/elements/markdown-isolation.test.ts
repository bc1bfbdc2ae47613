import { expect } from 'chai';
import createDOMPurify from 'dompurify';
import { marked } from 'marked';
import { renderPieces, renderWhole, units } from '../helpers/markdown.js';

const TEXT =
  '# a *b*\n\n- [x] c [d](https://e.example "f") ![g](/h)\n- i\n\n| j |\n|---|\n| k |\n\n```js\nl\n```\n\n<kbd>m</kbd> ' +
  '<img src=x onerror=alert(1)> [n](javascript:alert(1)) <details>\n\n[o]\n\n[o]: /p\n';

/** What a page may do to what it shares with the element; each returns what undoes it. */
const PAGES: Record<string, () => () => void> = {
  'configures its DOMPurify': () => {
    createDOMPurify.setConfig({ ALLOWED_TAGS: ['img', 'b'], ALLOWED_ATTR: ['onerror', 'src'] });
    return () => createDOMPurify.clearConfig();
  },
  'adds hooks to its DOMPurify': () => {
    createDOMPurify.addHook('uponSanitizeElement', (_node, data) => {
      data.allowedTags['img'] = true;
    });
    createDOMPurify.addHook('afterSanitizeAttributes', (node) => node.setAttribute('onclick', 'alert(1)'));
    return () => createDOMPurify.removeAllHooks();
  },
  'changes its marked': () => {
    marked.use({
      breaks: true,
      pedantic: true,
      renderer: { strong: () => '<script>1</script>', paragraph: () => '<p>page</p>' },
      tokenizer: { codespan: () => undefined },
      hooks: { preprocess: () => 'page', postprocess: () => 'page' },
      walkTokens: (token) => void (token.type = 'text'),
    });
    return () => void marked.setOptions(marked.getDefaults());
  },
  'has globals of these names': () => {
    Object.assign(window, { DOMPurify: { sanitize: (value: string) => value }, marked: () => 'page' });
    return () => {
      Reflect.deleteProperty(window, 'DOMPurify');
      Reflect.deleteProperty(window, 'marked');
    };
  },
  'adds members to Object.prototype': () =>
    pollute(Object.prototype, {
      ...Object.fromEntries(
        'pedantic breaks silent extensions hooks walkTokens ALLOWED_TAGS ADD_TAGS ADD_ATTR IN_PLACE RETURN_DOM WHOLE_DOCUMENT o onerror'
          .split(' ')
          .map((name) => [name, 'page']),
      ),
    }),
  'adds members to Array.prototype': () =>
    pollute(Array.prototype, { page: () => 'page', last: 'page', source: '<img src=x onerror=alert(1)>' }),
  'wraps methods of Array.prototype': () => wrap(Array.prototype, ['push', 'map', 'filter', 'at', 'join', 'forEach']),
  'wraps promises': () => wrap(Promise.prototype, ['then', 'catch', 'finally']),
  'wraps methods of String.prototype': () => wrap(String.prototype, ['replace', 'trim', 'split', 'includes']),
  'changes methods of nodes for its own': () => wrap(Node.prototype, ['appendChild', 'insertBefore', 'replaceChild']),
};

type Members = Record<string, unknown>;

/** Enumerable, as old scripts do it. */
function pollute(prototype: object, members: Members): () => void {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(prototype, name, { value, configurable: true, enumerable: true, writable: true });
  return () => {
    for (const name of Object.keys(members)) Reflect.deleteProperty(prototype, name);
  };
}

/** As polyfills and tracing scripts do it: another function that calls the original. */
function wrap(prototype: object, names: readonly string[]): () => void {
  const originals = names.map((name) => Object.getOwnPropertyDescriptor(prototype, name)!);
  for (const [index, name] of names.entries()) {
    const original = originals[index]?.value as (...args: unknown[]) => unknown;
    const value = function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(original, this, args);
    };
    Object.defineProperty(prototype, name, { value, configurable: true, enumerable: true, writable: true });
  }
  return () => {
    for (const [index, name] of names.entries()) Object.defineProperty(prototype, name, originals[index]!);
  };
}

describe('the same, whatever the page does', () => {
  const before = renderWhole(TEXT);

  for (const [title, change] of Object.entries(PAGES)) {
    it(`where it ${title}`, () => {
      const undo = change();
      let rendered: [Element, Element];
      try {
        rendered = [renderWhole(TEXT), renderPieces(units(TEXT))];
      } finally {
        undo();
      }
      expect(rendered.map(({ innerHTML }) => innerHTML)).to.deep.equal([before.innerHTML, before.innerHTML]);
      expect(rendered.every((now) => now.isEqualNode(before))).to.equal(true);
    });
  }

  it('and does nothing to the page', () => {
    const known = new Set(Object.keys(window));
    const page = document.createElement('div');
    document.body.append(page);
    page.append(renderWhole(TEXT), renderWhole('# a\n\n<b id="c" name="d">e</b>[^1]\n\n[^1]: f'));
    expect(Object.keys(window).filter((name) => !known.has(name))).to.deep.equal([]);
    expect([createDOMPurify.sanitize('<b>a</b><i>b</i>'), marked.parse('**a**')]).to.deep.equal([
      '<b>a</b><i>b</i>',
      '<p><strong>a</strong></p>\n',
    ]);
    expect(document.querySelectorAll('body [id], body [name]').length).to.equal(0);
    page.remove();
  });
});
