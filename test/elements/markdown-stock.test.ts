// A second opinion that knows none of our decisions: `marked()` as it is published, sanitised whole by a plain DOMPurify
// with the same allow-list, against our rendering without its chrome. Every example that differs stands in a list with its
// reason, and none stands there that does not.

import { expect } from 'chai';
import createDOMPurify from 'dompurify';
import { marked } from 'marked';
import { CONFIG } from '../../src/markdown/sanitize.js';
import { STOCK_DIFFERENCES } from '../fixtures/stock-differences.js';
import { dataTest, describeData } from '../helpers/data.js';
import { breathe, examples, renderWhole, SUITES, withoutChrome } from '../helpers/markdown.js';

const { ALLOWED_TAGS, ALLOWED_ATTR } = CONFIG;

describeData('stock marked', () => {
  for (const suite of SUITES) {
    dataTest(suite, async function () {
      this.timeout(600_000);
      const purify = createDOMPurify(window);
      const different: string[] = [];
      let same = 0;
      for (const [index, { markdown }] of (await examples(suite)).entries()) {
        await breathe();
        const stock = document.createElement('div');
        const html = marked(markdown, { async: false });
        stock.append(purify.sanitize(html, { ALLOWED_TAGS, ALLOWED_ATTR, RETURN_DOM_FRAGMENT: true }));
        const ours = withoutChrome(renderWhole(markdown));
        for (const container of [stock, ours]) settleLinks(container);
        if (ours.isEqualNode(stock)) same += 1;
        else different.push(`${suite} ${index + 1}`);
      }
      const listed = STOCK_DIFFERENCES.flatMap(({ examples: { [suite]: places = [] }, applies }) =>
        (applies?.() === false ? [] : places).map((place) => `${suite} ${place}`),
      );
      expect(different, 'examples that differ').to.have.members(listed);
      expect(same).to.be.above(10);
    });
  }
});

/** A link that leads nowhere is its text; that a link's title begins with its host is ours. */
function settleLinks(container: Element): void {
  for (const link of container.querySelectorAll('a')) {
    const address = link.getAttribute('href');
    if (address === null) {
      link.replaceWith(...link.childNodes);
      continue;
    }
    const host = hostOf(address);
    if (host === '' || !link.title.startsWith(host)) continue;
    if (link.title === host) link.removeAttribute('title');
    else if (link.title.startsWith(`${host} — `)) link.title = link.title.slice(host.length + 3);
  }
  container.normalize();
}

function hostOf(address: string): string {
  return URL.parse(address, document.baseURI)?.host ?? '';
}
