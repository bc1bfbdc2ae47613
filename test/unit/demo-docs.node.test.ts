// What the demo answers by default: the passage of the documentation that fits the question, or an honest "nothing".

import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { answerFromDocs } from '../../demo/server/docs-answer.js';
import { createDocsSearch, type DocsSearch } from '../../demo/server/docs-search.js';
import { readGuides } from '../../demo/server/guides.js';
import { splitPassages } from '../../demo/server/passages.js';
import { contentWords, stem, words } from '../../demo/server/words.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe('docs search', () => {
  let docs: DocsSearch;
  before(async () => {
    const guides = await readGuides(ROOT);
    // The guides alone: what the README says may change, the right passage of a guide does not.
    docs = createDocsSearch(guides.filter(({ name }) => name !== 'readme').flatMap(({ passages }) => passages));
  });

  const ANSWERS: [question: string, passage: string][] = [
    ['How do I theme it?', 'theming#how-do-i-theme-it'],
    ['How do I keep my API key off the page?', 'servers#how-do-i-keep-my-api-key-off-the-page'],
    ['Does it work with React?', 'javascript#how-do-i-use-it-with-react'],
    ['Does it work with Vue?', 'javascript#how-do-i-use-it-with-vue'],
    ['How do I stop a reply?', 'getting-started#how-do-i-stop-a-reply'],
    ['Which servers can I use?', 'servers#which-servers-can-i-use'],
    ['can I use ollama', 'servers#which-servers-can-i-use'],
    ['dark mode', 'theming#how-do-i-make-it-dark'],
    ['make it dark!', 'theming#how-do-i-make-it-dark'],
    ['where do I put my token', 'servers#how-do-i-send-a-token-of-my-own'],
    ['python proxy', 'servers#how-do-i-do-the-same-in-python'],
    ['nginx', 'servers#why-does-the-answer-arrive-all-at-once'],
    ['everything arrives at once', 'servers#why-does-the-answer-arrive-all-at-once'],
    ['error 429', 'troubleshooting#what-do-the-error-codes-mean'],
    ['do pictures load', 'security#do-images-in-an-answer-load'],
    ['is it safe against xss', 'security#is-the-html-in-an-answer-safe'],
    ['CSP', 'security#which-content-security-policy-csp-does-it-need'],
    ['screen reader support', 'accessibility#how-does-it-work-with-a-screen-reader'],
    ['keyboard shortcuts', 'accessibility#which-keyboard-shortcuts-are-there'],
    ['system prompt', 'getting-started#how-do-i-set-the-system-prompt-the-temperature-and-other-parameters'],
    ['embed it in my website', 'getting-started#how-do-i-embed-the-chat-in-my-page'],
    ['make it fullscreen', 'getting-started#how-big-is-the-chat-and-how-do-i-set-its-size'],
    ['how can I save the conversation', 'javascript#how-do-i-save-and-restore-a-conversation'],
    ['hide the thinking', 'getting-started#how-do-i-show-or-hide-a-models-reasoning'],
    ['cancel', 'getting-started#how-do-i-stop-a-reply'],
    ['retry an answer', 'getting-started#which-buttons-copy-regenerate-stand-under-a-message'],
    ['how do I chnage the theem', 'theming#how-do-i-theme-it'],
    ['allow-images', 'security#do-images-in-an-answer-load'],
    ['terminal client', 'headless#how-do-i-use-it-in-node-or-in-a-terminal'],
    ['cors', 'servers#how-do-i-allow-another-origin-cors'],
  ];
  for (const [question, passage] of ANSWERS) {
    it(`"${question}" → ${passage}`, () => expect(docs.search(question)[0]?.passage.id).to.equal(passage));
  }

  it('answers the questions that the demo suggests from a guide, not from its summary in the README', async () => {
    const all = createDocsSearch((await readGuides(ROOT)).flatMap(({ passages }) => passages));
    const found = ANSWERS.filter(([question, passage]) => all.search(question)[0]?.passage.id !== passage);
    expect(found.map(([question]) => question)).to.deep.equal([]);
  });

  for (const question of [
    'What is the capital of France?',
    'tell me a joke',
    'What size is the moon?',
    'what is the weather',
    'how much does it cost',
    'asdf qwer',
    '',
  ]) {
    it(`"${question}" → nothing`, () => expect(docs.search(question)).to.deep.equal([]));
  }

  it('finds every heading of the guides by itself', async () => {
    const guides = await readGuides(ROOT);
    const passages = guides.filter(({ name }) => name !== 'readme').flatMap((guide) => guide.passages);
    const missed = passages.filter(({ id, titles }) => docs.search(titles.at(-1) ?? '')[0]?.passage.id !== id);
    expect(missed.map(({ id }) => id)).to.deep.equal([]);
  });

  const ask = (...turns: string[]): string =>
    answerFromDocs(
      turns.map((text, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', text })),
      docs,
    );

  it('starts the answer with the passage and ends it with where it stands', () => {
    const answer = ask('How do I theme it?');
    expect(answer).to.match(/^Set custom properties on the element\./);
    expect(answer).to.include('```css\nstream-chat {');
    expect(answer.split('\n').at(-1)).to.match(
      /^From \[Theming › How do I theme it\?\]\(\/docs-corner\.html\?guide=theming#how-do-i-theme-it\)\. Related: \[/,
    );
  });

  it('reads a follow-up with the question before it', () => {
    const first = ask('How do I use it with React?');
    expect(ask('How do I use it with React?', first, 'and Vue?')).to.include(
      'guide=javascript#how-do-i-use-it-with-vue).',
    );
    expect(ask('How do I theme it?', ask('How do I theme it?'), 'and in dark?')).to.include(
      'theming#how-do-i-make-it-dark).',
    );
    expect(ask('How do I write the proxy in Node?', '', 'what about python?')).to.include(
      'how-do-i-do-the-same-in-python).',
    );
  });

  it('tells something else when asked for more', () => {
    const first = ask('How do I theme it?');
    const more = ask('How do I theme it?', first, 'tell me more');
    expect(more).to.include('From [Theming ›');
    expect(more.split('\n')[0]).to.not.equal(first.split('\n')[0]);
  });

  for (const greeting of ['hi', 'Hello!', 'hey there', 'Good morning', 'who are you?', 'help', '']) {
    it(`welcomes "${greeting}"`, () => expect(ask(greeting)).to.match(/^Hello! This is `<stream-chat>`/));
  }

  it('does not take a question for a greeting', () => {
    expect(ask('hi, how do I theme it?')).to.match(/^Set custom properties/);
  });

  it('says honestly that it found nothing, and what it can answer', () => {
    const answer = ask('What is the capital of France?');
    expect(answer).to.match(/^I found nothing about that\./);
    expect(answer).to.include('- How do I theme it?');
  });
});

describe('passages', () => {
  const SOURCE =
    '# Guide\n\nIntro.\n\n## One `a`\n\nText [x](theming.md#dark) [y](#two) [z](other.md).\n\n```sh\n# no heading\n```\n\n## Two\n\n## Two\n\nLast.\n';
  const passages = splitPassages('guide', SOURCE, ['guide', 'theming']);

  it('are cut at headings outside of code, with titles and an address', () => {
    expect(passages.map(({ slug, titles }) => [slug, ...titles])).to.deep.equal([
      ['guide', 'Guide'],
      ['one-a', 'Guide', 'One a'],
      ['two-1', 'Guide', 'Two'],
    ]);
    expect(passages[1]?.url).to.equal('/docs-corner.html?guide=guide#one-a');
    expect(passages[1]?.markdown).to.match(/```sh\n# no heading\n```$/);
  });

  it('have links that lead to the documentation page', () => {
    expect(passages[1]?.markdown).to.include('[x](/docs-corner.html?guide=theming#dark)');
    expect(passages[1]?.markdown).to.include('[y](/docs-corner.html?guide=guide#two)');
    expect(passages[1]?.markdown).to.include('[z](other.md)');
  });
});

describe('words', () => {
  it('are lower-case, with the pieces of compounds', () => {
    expect(words('`allow-images`, maxLength & Don’t')).to.deep.equal([
      'allow',
      'images',
      'allowimages',
      'max',
      'length',
      'maxlength',
      'don',
    ]);
  });

  it('meet in one stem', () => {
    for (const family of [
      'theme themes themed theming',
      'stop stops stopped stopping',
      'reply replies',
      'error errors',
    ]) {
      expect(new Set(family.split(' ').map(stem)), family).to.have.property('size', 1);
    }
  });

  it('of a question leave out those that say nothing', () => {
    expect(contentWords('How do I theme it with the theme?')).to.deep.equal([stem('theme')]);
  });
});
