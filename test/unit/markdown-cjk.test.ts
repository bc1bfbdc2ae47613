// Emphasis beside Chinese, Japanese and Korean, which have no spaces to tell its two ends by; and addresses in their
// sentences. Everything without such characters is read by marked's own rules, which the conformance suites hold.

import { expect } from 'chai';
import { getDefaults, Tokenizer } from 'marked';
import type { MarkedOptions, Token } from 'marked';
import { markedOptions } from '../../src/markdown/blocks.js';
import { GuardedLexer } from '../../src/markdown/inline-guard.js';
import { HtmlRenderer } from '../../src/markdown/render-html.js';

const renderer = new HtmlRenderer();

/** HTML with each address in its place. */
function render(text: string, options: MarkedOptions<string, string> = markedOptions()): string {
  const show = (token: Token): string => {
    const { html, notes } = renderer.render(token);
    return html.replace(/ href="#:(\d+)"/g, (_, index: string) => {
      const note = notes[Number(index)];
      return note?.kind === 'link' ? ` href="${note.href}"` : '';
    });
  };
  return new GuardedLexer(options).lex(text).map(show).join('').trim();
}

/** Each is a paragraph; `*` stands for em, `**` for strong, `~~` for del, `<a>` for an address that is its own text. */
const PARAGRAPHS: Record<string, [text: string, html: string][]> = {
  'strong text that begins or ends with full-width punctuation': [
    ['**テスト（括弧）**です', '<strong>テスト（括弧）</strong>です'],
    ['これは**「重要」**です', 'これは<strong>「重要」</strong>です'],
    ['これは**「重要」な**ことです', 'これは<strong>「重要」な</strong>ことです'],
    ['**重要。**次に', '<strong>重要。</strong>次に'],
    ['まず**（１）準備**をする', 'まず<strong>（１）準備</strong>をする'],
    ['**注意！**それは', '<strong>注意！</strong>それは'],
    ['それは**本当？**と聞く', 'それは<strong>本当？</strong>と聞く'],
    [
      '**『本』**と**【注】**と**〈a〉**の',
      '<strong>『本』</strong>と<strong>【注】</strong>と<strong>〈a〉</strong>の',
    ],
    ['**ﾃｽﾄ｡**です', '<strong>ﾃｽﾄ｡</strong>です'],
    ['**％**は', '<strong>％</strong>は'],
    ['这是**重点：**内容', '这是<strong>重点：</strong>内容'],
    ['**（一）概述**如下', '<strong>（一）概述</strong>如下'],
    ['请读**《红楼梦》**这本书', '请读<strong>《红楼梦》</strong>这本书'],
    ['他说**你好，**然后', '他说<strong>你好，</strong>然后'],
    ['**步骤一、**步骤二', '<strong>步骤一、</strong>步骤二'],
    ['**結論；**其餘', '<strong>結論；</strong>其餘'],
    ['**ㄅㄆㄇ（注音）**是', '<strong>ㄅㄆㄇ（注音）</strong>是'],
    ['**중요（괄호）**는', '<strong>중요（괄호）</strong>는'],
    ['이것은**「중요」**입니다', '이것은<strong>「중요」</strong>입니다'],
    ['**“가”와 「나」**를', '<strong>“가”와 「나」</strong>를'],
  ],
  'strong text that begins or ends with other punctuation': [
    ['中文**“引用”**文字', '中文<strong>“引用”</strong>文字'],
    ['한국어**(괄호)**는', '한국어<strong>(괄호)</strong>는'],
    ['**제목:**내용', '<strong>제목:</strong>내용'],
    ['이것은 **"인용"**입니다', '이것은 <strong>&quot;인용&quot;</strong>입니다'],
    ['**중요!**그리고', '<strong>중요!</strong>그리고'],
    ['**확인?**네', '<strong>확인?</strong>네'],
    ['使用**`code`**命令', '使用<strong><code>code</code></strong>命令'],
    ['使用**[链接](/u)**查看', '使用<strong><a href="/u">链接</a></strong>查看'],
    ['增长**10%**左右', '增长<strong>10%</strong>左右'],
    ['价格**$5**元', '价格<strong>$5</strong>元'],
    ['温度**-5°C**以下', '温度<strong>-5°C</strong>以下'],
    ['関数**foo()**を呼ぶ', '関数<strong>foo()</strong>を呼ぶ'],
    ['**...**です', '<strong>...</strong>です'],
    ['🎉**“Done”** it', '🎉<strong>“Done”</strong> it'],
    ['結果は**🎉**です', '結果は<strong>🎉</strong>です'],
    ['𠮷**“x”**𠮷', '𠮷<strong>“x”</strong>𠮷'],
  ],
  emphasis: [
    ['これは*「斜体」*です', 'これは<em>「斜体」</em>です'],
    ['*（斜体）*です', '<em>（斜体）</em>です'],
    ['这是*“斜体”*文字', '这是<em>“斜体”</em>文字'],
    ['한국어*(기울임)*는', '한국어<em>(기울임)</em>는'],
    ['字***「両方」***字', '字<em><strong>「両方」</strong></em>字'],
    ['字***“两者”***字', '字<em><strong>“两者”</strong></em>字'],
    ['**外*（内）*外**側', '<strong>外<em>（内）</em>外</strong>側'],
    ['*外**（内）**外*側', '<em>外<strong>（内）</strong>外</em>側'],
    ['これは*普通*です', 'これは<em>普通</em>です'],
    ['（*斜体*）と（**太字**）', '（<em>斜体</em>）と（<strong>太字</strong>）'],
    ['（_斜体_）と「__太字__」', '（<em>斜体</em>）と「<strong>太字</strong>」'],
  ],
  'struck text': [
    ['前~~（删除）~~后', '前<del>（删除）</del>后'],
    ['~~（删除）~~后', '<del>（删除）</del>后'],
    ['これは~~「削除」~~です', 'これは<del>「削除」</del>です'],
    ['한국어~~(삭제)~~는', '한국어<del>(삭제)</del>는'],
    ['前~~“删除”~~后', '前<del>“删除”</del>后'],
    ['**~~（両方）~~**です', '<strong><del>（両方）</del></strong>です'],
  ],
  'what is no emphasis': [
    ['2 * 3と4 * 5', '2 * 3と4 * 5'],
    ['** 空白**です', '** 空白**です'],
    ['これは ** です', 'これは ** です'],
    ['**開いたまま（です', '**開いたまま（です'],
    ['変数_名前_です', '変数_名前_です'],
    ['字_（括弧）_字', '字_（括弧）_字'],
    ['\\*\\*「字」\\*\\*です', '**「字」**です'],
  ],
  'addresses in a sentence': [
    ['请看https://example.com。谢谢', '请看<a>https://example.com</a>。谢谢'],
    ['请看https://example.com/a?b=c，谢谢', '请看<a>https://example.com/a?b=c</a>，谢谢'],
    ['（https://example.com/a）です', '（<a>https://example.com/a</a>）です'],
    ['「https://example.com」と', '「<a>https://example.com</a>」と'],
    ['见“https://example.com/”一文', '见“<a>https://example.com/</a>”一文'],
    ['https://example.com、https://example.org！', '<a>https://example.com</a>、<a>https://example.org</a>！'],
    ['访问https://example.com获取', '访问<a>https://example.com</a>获取'],
    ['주소는 https://example.com입니다', '주소는 <a>https://example.com</a>입니다'],
    ['见https://example.com.。', '见<a>https://example.com</a>.。'],
    // Letters belong to a path, as Wikipedia has them.
    ['https://zh.wikipedia.org/wiki/中文，', '<a>https://zh.wikipedia.org/wiki/中文</a>，'],
    ['https://ja.wikipedia.org/wiki/ジョン・レノン。', '<a>https://ja.wikipedia.org/wiki/ジョン・レノン</a>。'],
    ['https://www.例え.jp/a', '<a>https://www.例え.jp/a</a>'],
    ['**https://example.com。**です', '<strong><a>https://example.com</a>。</strong>です'],
  ],
};

describe('markdown beside CJK', () => {
  for (const [title, cases] of Object.entries(PARAGRAPHS)) {
    describe(title, () => {
      for (const [text, html] of cases) {
        it(text, () => {
          const wanted = html.replace(/<a>(.*?)<\/a>/g, (_, url: string) => `<a href="${encodeURI(url)}">${url}</a>`);
          expect(render(text)).to.equal(`<p>${wanted}</p>`);
        });
      }
    });
  }

  it('is the same in a table, a list, a heading and a quote', () => {
    const text = '|a|b|\n|-|-|\n|**「字」**の|~~（字）~~の|\n\n- **（字）**の\n\n# **字：**字\n\n> 字*「字」*字';
    const inline = [...render(text).matchAll(/<(strong|em|del)>.*?<\/\1>./g)].map(([found]) => found);
    expect(inline).to.deep.equal([
      '<strong>「字」</strong>の',
      '<del>（字）</del>の',
      '<strong>（字）</strong>の',
      '<strong>字：</strong>字',
      '<em>「字」</em>字',
    ]);
  });

  it('changes nothing where there is no such character: 20,000 random texts (seeded)', function () {
    this.timeout(600_000);
    let seed = 20261123;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const pieces = '*¦**¦***¦_¦__¦~¦~~¦a¦b ¦ ¦.¦"¦(¦)¦é¦‘¦\\¦`¦[x](y)¦\n¦1¦<b>¦http://a.b/c¦!¦\u00a0¦—'.split('¦');
    const stock = { ...getDefaults<string, string>(), tokenizer: new Tokenizer<string, string>() };
    for (let n = 0; n < 20_000; n += 1) {
      const text = Array.from({ length: 2 + next(14) }, () => pieces[next(pieces.length)] ?? '').join('');
      expect(render(text), JSON.stringify(text)).to.equal(render(text, stock));
    }
  });
});
