/**
 * Answers a conversation from the documentation: the passage that fits the last question, word for word, with a link to
 * where it stands. No model is behind it, and where nothing fits it says so.
 */

import type { DocsSearch, Hit } from './docs-search.js';
import type { Passage } from './passages.js';
import { contentWords } from './words.js';
import type { ChatMessage } from './request-body.js';

const EXAMPLES = [
  'How do I theme it?',
  'How do I keep my API key off the page?',
  'Does it work with React?',
  'Which servers can I use?',
];

const GREETING =
  /^\W*(?:hi|hello|hey|hallo|hola|bonjour|ciao|greetings|good (?:morning|day|afternoon|evening))\b[\s\w]{0,12}\W*$/i;
const WHO = /^\W*(?:who|what) (?:are|is) (?:you|this)\b|^\W*(?:help|\?+|what can (?:you|i) (?:do|ask))\b/i;
const THANKS = /^\W*(?:thanks|thank you|thx|cheers|great|perfect|ok(?:ay)?|bye)\b[\s\w]{0,16}\W*$/i;
/** A question that leans on the one before it. */
const FOLLOW_UP = /^\W*(?:and|but|or|what about|how about|also|then|more|tell me more|go on|why)\b/i;
const SHORT = 3;
/** So many characters of a question are looked at: each of its words is looked for. */
const MAX_QUESTION = 2000;
/** How well a passage has to fit, of what the best one does, to be named as related. */
const RELATED = 0.06;

export function answerFromDocs(messages: ChatMessage[], docs: DocsSearch): string {
  const questions = messages.filter(({ role }) => role === 'user').map(({ text }) => text.slice(0, MAX_QUESTION));
  const question = questions.at(-1)?.trim() ?? '';
  if (question === '' || GREETING.test(question) || WHO.test(question)) return welcome();
  if (THANKS.test(question)) return 'You are welcome. Ask on whenever you like.';

  const own = contentWords(question);
  const leansBack = FOLLOW_UP.test(question) || own.length === 0;
  const context = leansBack && own.length <= SHORT ? (questions.at(-2) ?? '') : '';
  let hits = docs.search(question, context);
  // "Tell me more" has no words of its own: what was told already does not answer it.
  if (own.length === 0) hits = hits.filter(({ passage }) => !wasTold(passage, messages));
  const [best, ...others] = hits;
  return best ? passageAnswer(best, others) : nothingFits();
}

function passageAnswer({ passage, score }: Hit, others: Hit[]): string {
  const related = others
    .filter((hit) => hit.score > score * RELATED && hit.passage.titles.at(-1) !== passage.titles.at(-1))
    .slice(0, 2)
    .map((hit) => link(hit.passage.titles.at(-1) ?? '', hit.passage.url));
  const lines = [`From ${link(passage.titles.join(' › '), passage.url)}.`];
  if (related.length > 0) lines.push(`Related: ${related.join(' · ')}`);
  return `${passage.markdown}\n\n---\n\n${lines.join(' ')}`;
}

function link(text: string, url: string): string {
  return `[${text.replace(/[[\]]/g, '\\$&')}](${url})`;
}

function wasTold({ url }: Passage, messages: ChatMessage[]): boolean {
  return messages.some(
    ({ role, text }) => role === 'assistant' && text.includes(`From [`) && text.includes(`(${url}).`),
  );
}

function welcome(): string {
  return [
    'Hello! This is `<stream-chat>`, a chat element for any page. I answer from its README and guides: there is no model',
    'behind me, only a search, so ask about using the element. For example:',
    '',
    examples(),
  ].join('\n');
}

function nothingFits(): string {
  return [
    'I found nothing about that. I am a search over the README and the guides of `<stream-chat>`, not a language model,',
    'so I can only answer questions about using the element. For example:',
    '',
    examples(),
    '',
    'With `OPENAI_BASE_URL` and `OPENAI_API_KEY` set, this server passes questions on to a real model instead.',
  ].join('\n');
}

function examples(): string {
  return EXAMPLES.map((example) => `- ${example}`).join('\n');
}
