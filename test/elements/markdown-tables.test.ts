// A table is copied for spreadsheets and documents, and as Markdown that renders to the same table.

import { expect } from 'chai';
import { MarkdownView } from '../../src/markdown/index.js';
import { copyTable } from '../../src/markdown/table-copy.js';
import { renderWhole, withoutChrome } from '../helpers/markdown.js';

const TABLE = `| Left | Right | Middle |
|:--|--:|:-:|
| *a* **b** ~~c~~ | \`d \\| e\` | [f \\* g](https://a.example/?h=1) |
| i \\| j | k_l_m 5 * 3 | <kbd>n</kbd><br>o |
| "p" \\*q\\* | \`\` \`r\` \`\` | \\<s> &amp; \\&lt; |
`;

function tableOf(text: string): Element {
  return renderWhole(text).querySelector('table')!;
}

/** What `clicks` write to the clipboard. */
async function copied(container: Element, ...selectors: string[]): Promise<Record<string, string>[]> {
  const written: Record<string, string>[] = [];
  const clipboard = {
    writeText: (text: string) => Promise.resolve(void written.push({ 'text/plain': text })),
    write: async ([item]: ClipboardItem[]) => {
      const read = async (type: string) => [type, await (await item!.getType(type)).text()] as const;
      written.push(Object.fromEntries(await Promise.all(item!.types.map(read))));
    },
  };
  Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
  for (const [at, selector] of selectors.entries()) {
    container.querySelector<HTMLElement>(selector)!.click();
    while (written.length <= at) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve));
  Reflect.deleteProperty(navigator, 'clipboard');
  return written;
}

describe('tables', () => {
  it('are copied as Markdown that renders to the same', () => {
    const table = tableOf(TABLE);
    const again = tableOf(copyTable(table).markdown);
    expect(withoutChrome(again).innerHTML).to.equal(withoutChrome(table).innerHTML);
  });

  it('are copied with tabs between the cells, without what was added', () => {
    const { tabs } = copyTable(tableOf(TABLE));
    expect(tabs.split('\n')[0]).to.equal('Left\tRight\tMiddle');
    expect(tabs.split('\n')[1]).to.equal('a b c\td | e\tf * g');
    expect(tabs).to.contain('i | j\tk_l_m 5 * 3\t"n\no"\n"""p"" *q*"');
  });

  it('are copied with their images and notes', () => {
    const text = '| a ![b *c*](https://a.example/d.png "e") | f[^1] |\n|-|-|\n\n[^1]: g\n';
    for (const allowImages of ['none', '*']) {
      const { markdown, tabs } = copyTable(renderWhole(text, { allowImages }).querySelector('table')!);
      expect(markdown, allowImages).to.match(/^\| a !\[b c\]\(<https:\/\/a\.example\/d\.png>\) \| f\[\^1\] \|\n/);
      expect(tabs, allowImages).to.equal('a b c\tf1\n');
    }
  });

  it('are copied as HTML without classes and chrome', () => {
    const { html } = copyTable(tableOf(TABLE));
    expect(html).to.match(/^<table>\s*<thead>\s*<tr>\s*<th align="left">Left<\/th>/);
    expect(html).to.contain('<a href="https://a.example/?h=1"');
    expect(html).to.not.match(/class=|data-|part=|style=/);
  });

  it('are copied by two buttons, which say so, whatever is there of them', async () => {
    const container = document.createElement('div');
    document.body.append(container);
    const told: boolean[] = [];
    const view = new MarkdownView(container, { onCopy: (done) => told.push(done) });
    view.write('| a | b |\n|---|---|\n| c |');
    const buttons = [...container.querySelectorAll<HTMLElement>('.table-header button')];
    expect(buttons.map((button) => [button.textContent, button.ariaLabel])).to.deep.equal([
      ['Copy', 'Copy table'],
      ['Markdown', 'Copy table as Markdown'],
    ]);
    const written = await copied(container, '.table-header button', '[data-copy]');
    expect(written[0]!['text/plain']).to.equal('a\tb\nc\t\n');
    if (typeof ClipboardItem !== 'undefined') expect(written[0]!['text/html']).to.contain('<td>c</td>');
    expect(written[1]).to.deep.equal({ 'text/plain': '| a | b |\n| --- | --- |\n| c |  |\n' });
    expect([told, buttons.map((button) => button.textContent)]).to.deep.equal([
      [true, true],
      ['Copied', 'Copied'],
    ]);
    view.write(' d |\n');
    expect(buttons.map((button) => button.isConnected && button.textContent)).to.deep.equal(['Copied', 'Copied']);
    container.remove();
  });

  it('are copied with all their rows, however many', () => {
    const table = tableOf(`|a|\n|-|\n${'|b|\n'.repeat(300)}`);
    expect(copyTable(table).tabs.split('\n')).to.have.length(302);
  });
});
