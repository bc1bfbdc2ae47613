/** Words as the search compares them: lower-case, without endings, without those that say nothing, with their synonyms. */

/** Words of a question that do not tell what it is about. */
const STOP_WORDS = new Set(
  `hi hello hey dear a about change changed changes changing all also am an and any are as at be been but by can could did do does doing done for from get gets getting got had
  has have having he help her here him his how i if in into is it its just know let like lot make made makes making may me might
  mine more much must my need needs no not now of off ok on one only or other our out over own please put really shall she
  should show so some such tell than that the their them then there these they thing things this those to too under up us
  use used uses using very want wants was way we well were what when where whether which while who why will with within
  without work works working would yes yet you your explain give question possible best easy easily someone something
  doesn don isn won let's ve ll re element component widget tag stream-chat chat streamchat happen happens`.split(
    /\s+/,
  ),
);

/** Each line: words that people use for the same thing. */
const SYNONYMS = `
  key token secret password credential apikey
  theme colour color style css look appearance design customise customize custom brand skin
  dark night darkmode
  react reactjs vue vuejs svelte angular framework next nextjs nuxt solid preact
  stop cancel abort interrupt halt
  server backend endpoint provider service llm
  ollama vllm llama groq mistral openrouter lmstudio azure openai
  proxy gateway relay forward
  install embed start begin setup quickstart quick include add
  page site website
  error fail failure wrong problem broken trouble fault bug
  image picture photo img
  accessible accessibility a11y wcag aria blind
  reader narrator nvda voiceover talkback screenreader
  keyboard shortcut
  save persist remember keep store
  safe safety secure security xss injection sanitise sanitize attack
  csp policy header
  size height width big large full fullscreen small
  event listen listener callback hook
  property attribute option setting configure configuration config
  method function call api
  reasoning thinking think thought
  language translate translation i18n string label wording text localise localize
  regenerate retry again redo
  terminal console cli shell headless
  node nodejs python fastapi flask express
  nginx buffer buffering chunk slow once
  question prompt suggestion starter
  welcome greeting intro
  message history conversation transcript
  system instruction persona
  temperature param parameter
  link url href
  cors origin
  html markup tag
  answer reply response generation generate output
  slot part shadow
  wait waiting idle state status loading
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/).map(stem));

/** The words of `text`, in order. `camelCase` and `kebab-case` give their pieces, and themselves in one. */
export function words(text: string): string[] {
  const found: string[] = [];
  for (const [token] of text.normalize('NFKC').matchAll(/[\p{L}\p{N}]+(?:[-'’_][\p{L}\p{N}]+)*/gu)) {
    const pieces = token
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .replace(/['’]\p{L}{1,2}$/u, '')
      .toLowerCase()
      .split(/[\s\-_'’]+/);
    found.push(...pieces);
    if (pieces.length > 1) found.push(pieces.join(''));
  }
  return found;
}

/** The words of a question that say what it is about, each once. */
export function contentWords(text: string): string[] {
  return [
    ...new Set(
      words(text)
        .filter((word) => word.length > 1 && !STOP_WORDS.has(word))
        .map(stem),
    ),
  ];
}

/** What else people call it: stems, without `word` itself. */
export function synonyms(word: string): string[] {
  return SYNONYMS.filter((group) => group.includes(word)).flatMap((group) => group.filter((other) => other !== word));
}

/** Endings off, roughly: enough for `themes`, `theming` and `theme` to meet. Of an index and a question alike. */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const base = word
    .replace(/ies$/, 'y')
    .replace(/(ss|us|is)$/, '$1_')
    .replace(/(?:ing|ed|es|s|e)$/, '')
    .replace(/_$/, '');
  if (base.length < 3) return word;
  // stopp(ed), cutt(ing); but call, miss, off.
  return base.replace(/([bdgmnprt])\1$/, '$1');
}
