// What people see when something goes wrong, against real sockets: one row a fault. After each of them the next step that
// is offered has to work, and so has the next question.

import { expect, test as base, type Page } from '@playwright/test';
import type { Message, MessageStatus } from '../../src/model/index.js';
import type { StreamChat } from '../../src/elements/index.js';
import { defaultStrings } from '../../src/elements/strings.js';
import {
  answerOf,
  closedPort,
  cut,
  DONE,
  event,
  FaultServer,
  finish,
  GOOD_TEXT,
  pause,
  raw,
  repeat,
  reset,
  say,
  seen,
  silence,
  status,
  stream,
  tornGzip,
  type Answer,
  type Scenario,
  type SocketAnswer,
  type Visit,
} from './fault-server.js';

interface Servers {
  server: FaultServer;
  /** Another origin. */
  other: FaultServer;
}

interface Fault {
  name: string;
  /** What the server answers, a request each; the last one goes for all further ones. */
  answers?: Answer[];
  socket?: SocketAnswer;
  /** Built files that are not there. */
  missing?: readonly string[];
  /** What the other origin plays. */
  elsewhere?: Scenario;
  /** Default: the scenario's address. */
  endpoint?: (servers: Servers) => string | Promise<string>;
  attributes?: Record<string, string>;
  /** Runs in the page. */
  setUp?: (chat: StreamChat) => void;
  /** How the answer ends. Default: complete. */
  status?: MessageStatus;
  /** What is said under it. Default: nothing. */
  says?: string;
  /** The buttons beside that; the first of them is tried. Default: none. */
  offers?: (string | RegExp)[];
  /** What is said while another try is waited for. */
  meanwhile?: RegExp[];
  /** The text of the answer that is kept. Default: none. */
  text?: string | RegExp;
  /** How that looks, where it is not the same. */
  shown?: string;
  /** How often the scenario is asked. Default: once. */
  requests?: number;
  /** The server sees that the page gives up. */
  leaves?: true;
  check?: (visits: Visit[], servers: Servers, reply: Message) => void;
}

const QUESTION = 'What is a stream?';
const DRAFT = 'A thought half written';
const TRY_AGAIN = 'Try again';
const CONTINUE = 'Continue';
const CUT_OFF = { status: 'interrupted', offers: [CONTINUE, TRY_AGAIN] } as const;
const HALF = 'Bytes that arrive ';

const { ended } = defaultStrings;
const errors = (code: keyof typeof defaultStrings.errors, figure: number | string = 0, detail = '') =>
  defaultStrings.errors[code].replace(/\{\w+\}/, String(figure)) + (detail && ` “${detail}”`);

const failed = (says: string): Pick<Fault, 'status' | 'says' | 'offers'> => ({
  status: 'error',
  says,
  offers: [TRY_AGAIN],
});
const interrupted: Pick<Fault, 'status' | 'says' | 'offers' | 'text'> = {
  ...CUT_OFF,
  offers: [...CUT_OFF.offers],
  says: errors('interrupted'),
  text: HALF,
};
/** Said together with the finish reason: seen is the one, read is the other. */
const AND_THE_REST = 'and stay.';

/** The half that every interrupted answer keeps, known to have arrived. */
const half = [say(HALF), seen(HALF)];

const UNREACHABLE: Fault[] = [
  {
    name: 'nothing listens at the endpoint',
    endpoint: async () => `http://127.0.0.1:${await closedPort()}/fault`,
    attributes: { retry: '1' },
    meanwhile: [/^The service could not be reached\..* Trying again in 1 s…$/],
    requests: 0,
    ...failed(errors('network')),
  },
  {
    name: 'the host has no address',
    endpoint: () => 'http://no-such-host.invalid/fault',
    attributes: { retry: '0' },
    requests: 0,
    ...failed(errors('network')),
  },
  {
    name: 'another origin does not let the page in (CORS)',
    endpoint: ({ other }) => `${other.url}fault`,
    elsewhere: { cors: false },
    attributes: { retry: '0' },
    requests: 0,
    // The browser asks first, and the question does not leave.
    check: (_visits, { other }) => expect(other.visits).toEqual([]),
    ...failed(errors('network')),
  },
  {
    name: 'a socket at which nothing listens',
    endpoint: async () => `ws://127.0.0.1:${await closedPort()}/fault`,
    attributes: { retry: '1' },
    meanwhile: [/Trying again in 1 s…$/],
    requests: 0,
    ...failed(errors('network')),
  },
  {
    name: 'a server that refuses the socket',
    endpoint: ({ server }) => `${server.url.replace('http', 'ws')}fault`,
    attributes: { retry: '0' },
    ...failed(errors('network')),
  },
];

/** What servers say with a status, and what is shown of it. */
const BODIES: [kind: string, type: string, body: string, detail: string][] = [
  ['JSON', 'application/json', '{"error":{"message":"Not like this.","type":"x"}}', 'Not like this.'],
  ['a list', 'application/json', '{"detail":[{"loc":["body"],"msg":"Not like this."}]}', 'Not like this.'],
  ['text', 'text/plain', 'Not like this.', 'Not like this.'],
  ['a page', 'text/html', '<!doctype html><title>Sign in</title><h1>Please sign in</h1>', ''],
  ['nothing', '', '', ''],
];
const REFUSALS: [code: number, says: Parameters<typeof errors>[0], bodies: string[]][] = [
  [400, 'rejected', ['JSON']],
  [401, 'unauthorized', ['JSON', 'a page', 'nothing']],
  [403, 'unauthorized', ['JSON', 'a page', 'nothing']],
  [404, 'not-found', ['JSON', 'a page', 'nothing']],
  [413, 'rejected', ['JSON', 'text', 'a page', 'nothing']],
  [422, 'rejected', ['JSON', 'a list', 'a page', 'nothing']],
];

const STATUSES: Fault[] = [
  ...REFUSALS.flatMap(([code, says, kinds]) =>
    BODIES.filter(([kind]) => kinds.includes(kind)).map(([kind, type, body, detail]) => ({
      name: `status ${code} with ${kind}`,
      answers: [status(code, type ? { 'content-type': type } : {}, body)],
      ...failed(errors(says, code, detail)),
    })),
  ),
  {
    name: 'a token that has run out: the page is asked for another',
    answers: [status(401), stream(say(HALF), finish())],
    setUp(chat) {
      let count = 0;
      chat.headers = async () => ({ authorization: `Bearer ${++count}` });
    },
    requests: 2,
    text: HALF,
    check: (visits) => expect(visits.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']),
  },
  {
    name: 'a new token that is not accepted either',
    answers: [status(401)],
    setUp(chat) {
      chat.headers = () => ({ authorization: 'Bearer old' });
    },
    requests: 2,
    ...failed(errors('unauthorized', 401)),
  },
  {
    name: 'a headers function that throws',
    setUp(chat) {
      let thrown = false;
      chat.headers = () => {
        if (thrown) return {};
        thrown = true;
        throw new Error('signed out');
      };
    },
    requests: 0,
    ...failed(errors('internal')),
  },
  ...[429, 503].flatMap((code): Fault[] => {
    const problem = code === 429 ? 'rate-limited' : 'server';
    return [
      {
        name: `status ${code}, come back in two seconds`,
        answers: [status(code, { 'retry-after': '2' }), stream(say(HALF), finish())],
        requests: 2,
        meanwhile: [/^The service .* \(status (?:429|503)\).* Trying again in 2 s…$/, /Trying again in 1 s…$/],
        text: HALF,
      },
      {
        name: `status ${code}, come back at a time of day`,
        answers: [
          (exchange) => status(code, { 'retry-after': new Date(Date.now() + 2000).toUTCString() })(exchange),
          stream(say(HALF), finish()),
        ],
        requests: 2,
        meanwhile: [/Trying again (?:in [12] s|now)…$/],
        text: HALF,
      },
      {
        name: `status ${code}, come back in an hour`,
        answers: [status(code, { 'retry-after': '3600' })],
        ...failed(errors(problem, code)),
        offers: [/^Try again \(in 3(?:600|5\d\d) s\)$/],
      },
    ];
  }),
  {
    name: 'status 500, then 502, then an answer',
    answers: [
      status(500),
      status(502, { 'content-type': 'text/html' }, '<h1>Bad gateway</h1>'),
      stream(say(HALF), finish()),
    ],
    requests: 3,
    meanwhile: [/\(status 500\).* Trying again in 1 s…$/, /\(status 502\).* Trying again in 1 s…$/],
    text: HALF,
  },
  {
    name: 'status 500 for ever',
    answers: [status(500, { 'content-type': 'application/json' }, '{"error":"Out of memory."}')],
    requests: 3,
    ...failed(errors('server', 500, 'Out of memory.')),
  },
];

const REDIRECTS: Fault[] = [
  {
    name: 'a redirect to another origin, with headers of the page: they do not travel',
    answers: [(exchange) => status(307, { location: `${exchange.elsewhere}good` })(exchange)],
    attributes: { headers: '{"x-secret":"canary"}', retry: '0' },
    check(visits, { other }) {
      expect(visits[0]?.headers['x-secret']).toBe('canary');
      expect(other.visits).toEqual([]);
    },
    ...failed(errors('network')),
  },
  {
    name: 'a redirect within the origin, with headers of the page',
    answers: [status(307, { location: '/good' })],
    attributes: { headers: '{"x-secret":"canary"}', retry: '0' },
    check: (_visits, { server }) => expect(server.visits.map(({ path }) => path)).toEqual(['/fault']),
    ...failed(errors('network')),
  },
  {
    name: 'a redirect within the origin: is followed',
    answers: [status(307, { location: '/good' })],
    text: GOOD_TEXT,
    check: (_visits, { server }) => expect(server.visits.map(({ path }) => path)).toEqual(['/fault', '/good']),
  },
];

const WRONG_ANSWERS: Fault[] = [
  {
    name: 'a web page instead of an answer',
    answers: [answerOf('text/html; charset=utf-8', ['<!doctype html><h1>Please sign in</h1>'])],
    ...failed(errors('unexpected-content', 200)),
  },
  {
    name: 'a picture instead of an answer',
    answers: [answerOf('image/png', [new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])])],
    ...failed(errors('unexpected-content', 200)),
  },
  {
    name: 'JSON that is no answer',
    answers: [answerOf('application/json', ['{"hello":"world"}'])],
    ...failed(errors('unexpected-content', 200)),
  },
  { name: 'an empty answer', answers: [stream()], ...failed(errors('empty')) },
  { name: 'status 204', answers: [status(204)], ...failed(errors('empty')) },
  {
    name: 'an answer without a word',
    answers: [stream(finish())],
    says: defaultStrings.emptyAnswer,
  },
  {
    name: 'a malformed event between good ones: is skipped',
    answers: [stream(say('Bytes '), 'data: {"choices":[{"delta":\n\n', say('that arrive '), finish())],
    text: HALF,
    check: (_visits, _servers, { metrics }) => expect(metrics?.malformedFrames).toBe(1),
  },
  {
    name: 'an event without an end',
    answers: [stream(...half, 'data: ', repeat('x'.repeat(1024 * 1024), 0))],
    leaves: true,
    text: HALF,
    ...failed(errors('too-large')),
  },
  {
    name: 'NUL in comments, in ids and in the text: is not shown',
    answers: [stream(':\0\0\n\n', say('Bytes\0 that ', 'id: \0\n'), say('arrive\0 '), finish())],
    text: 'Bytes\0 that arrive\0 ',
    shown: 'Bytes that arrive',
  },
  {
    name: 'a character whose halves come in two events',
    answers: [stream(...['\\ud83d', '\\ude00'].map((escape) => event(rawChunk(`"content":"${escape}"`))), finish())],
    text: '😀',
  },
  {
    name: 'half a character that stays alone',
    answers: [stream(event(rawChunk('"content":"Alone: \\ud83d"')), finish())],
    text: /^Alone: .$/,
    shown: 'Alone:',
  },
  {
    name: 'keys called __proto__ and constructor',
    answers: [
      stream(
        event(rawChunk('"content":"Bytes ","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}')),
        event(
          rawChunk(
            '"tool_calls":[{"index":0,"id":"__proto__","function":{"name":"__proto__","arguments":"{\\"__proto__\\":{\\"polluted\\":1}}"}}]',
          ),
        ),
        event('{"__proto__":{"polluted":1},"choices":[{"index":0,"delta":{"content":"that arrive "}}]}'),
        finish('tool_calls'),
      ),
    ],
    text: HALF,
    shown: 'Tool call: __proto__',
  },
  {
    name: 'a byte at a time',
    answers: [
      stream(...[...Buffer.from(say('Ünï😀') + finish())].flatMap((byte) => [new Uint8Array([byte]), pause(1)])),
    ],
    text: 'Ünï😀',
  },
  {
    name: 'all of a long answer at once, as behind a proxy that collects it',
    answers: [stream(say('word ').repeat(5000) + finish())],
    text: 'word '.repeat(5000),
    shown: 'word word',
  },
];

/** A chunk whose delta is written by hand. */
function rawChunk(delta: string): string {
  return `{"choices":[{"index":0,"delta":{${delta}}}]}`;
}

const WAITS: Fault[] = [
  {
    name: 'no answer at all',
    answers: [silence],
    attributes: { timeout: '0.3' },
    leaves: true,
    ...failed(errors('timeout', 0.3)),
  },
  {
    name: 'headers, and nothing behind them',
    answers: [stream(silence)],
    attributes: { timeout: '0.3' },
    leaves: true,
    ...failed(errors('timeout', 0.3)),
  },
  {
    name: 'silence in the middle',
    answers: [stream(...half, silence)],
    attributes: { 'idle-timeout': '0.4' },
    leaves: true,
    ...interrupted,
    says: errors('stalled', 0.4),
  },
  {
    name: 'heartbeats and nothing else for longer than the limit',
    answers: [stream(say('Bytes '), repeat(': wait\n\n', 150, 16), say('that arrive '), finish())],
    attributes: { 'idle-timeout': '1' },
    text: HALF,
  },
  {
    name: 'the end, and then an open connection',
    // Firefox tells of a body that nobody reads any more when something comes.
    answers: [stream(say(HALF), finish(), repeat(': wait\n\n', 100))],
    leaves: true,
    text: HALF,
  },
  {
    name: 'a finish reason, and then an open connection',
    answers: [stream(say(HALF), finish().replace('data: [DONE]\n\n', ''), silence)],
    leaves: true,
    text: HALF,
  },
];

const toolCall = (fields: string) => event(rawChunk(`"tool_calls":[{"index":0,${fields}}]`));

const CUTS: Fault[] = [
  {
    name: 'cut before the headers',
    answers: [cut],
    attributes: { retry: '1' },
    requests: 2,
    ...failed(errors('network')),
  },
  {
    name: 'cut before the first event',
    // Without a byte behind them, the headers are no answer to Firefox.
    answers: [stream(': wait\n\n', pause(100), cut)],
    attributes: { retry: '1' },
    requests: 2,
    meanwhile: [/^The answer was interrupted\..* Trying again in 1 s…$/],
    ...interrupted,
    text: '',
    offers: [TRY_AGAIN],
  },
  { name: 'cut between two events', answers: [stream(...half, cut)], ...interrupted },
  {
    name: 'cut in an event',
    answers: [stream(...half, say('lost').slice(0, 40), pause(50), cut)],
    ...interrupted,
  },
  {
    name: 'cut in a character',
    answers: [stream(...half, Buffer.from(say('ü')).subarray(0, -6), pause(50), cut)],
    ...interrupted,
  },
  {
    name: 'cut in a tool call',
    answers: [
      stream(
        ...half,
        toolCall('"id":"call-1","type":"function","function":{"name":"weather","arguments":""}'),
        toolCall('"function":{"arguments":"{\\"city\\": \\"Ber"}'),
        seen('{"city": "Ber'),
        cut,
      ),
    ],
    ...interrupted,
    check: (_visits, _servers, { parts }) =>
      expect(parts.at(-1)).toMatchObject({ type: 'tool-call', name: 'weather', state: 'input-streaming' }),
  },
  { name: 'reset by the other end', answers: [stream(...half, reset)], ...interrupted },
  {
    name: 'cut where only the end of the connection ends the answer',
    answers: [
      raw('HTTP/1.1 200 OK\nContent-Type: text/event-stream\nConnection: close', ...half, say('lost').slice(0, 40)),
    ],
    ...interrupted,
  },
  { name: 'cut in compressed data', answers: [tornGzip(say(HALF), seen(HALF))], ...interrupted },
  {
    name: 'shorter than its Content-Length',
    answers: [raw('HTTP/1.1 200 OK\nContent-Type: text/event-stream\nContent-Length: 9999', ...half)],
    ...interrupted,
  },
  { name: 'ended without its end', answers: [stream(say(HALF))], ...interrupted },
  { name: 'ended without its end, as plain text: it has none', answers: [answerOf('text/plain', [HALF])], text: HALF },
  { name: 'ended without the last blank line', answers: [stream(say(HALF), finish().trimEnd())], text: HALF },
  {
    name: 'cut after its finish reason: nothing is lost',
    answers: [stream(...half, finish('stop', '', AND_THE_REST).replace(DONE, ''), seen(AND_THE_REST), cut)],
    text: HALF + AND_THE_REST,
  },
  {
    name: 'cut off at its length limit',
    answers: [stream(say(HALF), finish('length'))],
    says: ended.length!,
    offers: [CONTINUE],
    text: HALF,
  },
  {
    name: 'cut off by a content filter',
    answers: [stream(say(HALF), finish('content_filter'))],
    says: ended['content-filter']!,
    text: HALF,
  },
];

const SAID = 'Too much at once.';
const events = (...values: unknown[]) => values.map((value) => event(value)).join('');
const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const typed = (...values: { type: string; [key: string]: unknown }[]) =>
  values.map((value) => event(value, `event: ${value.type}\n`)).join('');

/** Half of an answer in a format that is loaded when it comes. */
const OLLAMA = lines({ model: 'm', created_at: 'x', message: { role: 'assistant', content: HALF }, done: false });

/** How each of them reports an error in the middle of an answer. */
const REPORTS: [provider: string, type: string, answer: string, report: string][] = [
  ['OpenAI', 'text/event-stream', say(HALF), event({ error: { message: SAID, type: 'server_error', code: null } })],
  [
    'OpenAI Responses',
    'text/event-stream',
    typed(
      {
        type: 'response.created',
        response: { id: 'r', object: 'response', status: 'in_progress', output: [] },
      },
      { type: 'response.output_text.delta', item_id: 'm', output_index: 0, content_index: 0, delta: HALF },
    ),
    typed({
      type: 'response.failed',
      response: { id: 'r', object: 'response', status: 'failed', error: { code: 'server_error', message: SAID } },
    }),
  ],
  [
    'Anthropic',
    'text/event-stream',
    typed(
      { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: HALF } },
    ),
    typed({ type: 'error', error: { type: 'overloaded_error', message: SAID } }),
  ],
  [
    'Gemini',
    'text/event-stream',
    event({ candidates: [{ content: { role: 'model', parts: [{ text: HALF }] }, index: 0 }] }),
    event({ error: { code: 503, message: SAID, status: 'UNAVAILABLE' } }),
  ],
  [
    'Gemini, as an array',
    'application/json',
    `[${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text: HALF }] }, index: 0 }] })}`,
    `,\n${JSON.stringify({ error: { code: 503, message: SAID, status: 'UNAVAILABLE' } })}]`,
  ],
  ['Ollama', 'application/x-ndjson', OLLAMA, lines({ error: SAID })],
  [
    'Cohere',
    'text/event-stream',
    typed(
      { type: 'message-start', id: 'm', delta: { message: { role: 'assistant', content: [] } } },
      { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
      { type: 'content-delta', index: 0, delta: { message: { content: { text: HALF } } } },
    ),
    typed({ type: 'message-end', delta: { finish_reason: 'ERROR', error: SAID } }),
  ],
  [
    'the AI SDK',
    'text/event-stream',
    events(
      { type: 'start', messageId: 'm' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: HALF },
    ),
    events({ type: 'error', errorText: SAID }),
  ],
  ['the AI SDK 4', 'text/plain', `f:{"messageId":"m"}\n0:${JSON.stringify(HALF)}\n`, `3:${JSON.stringify(SAID)}\n`],
  [
    'AG-UI',
    'text/event-stream',
    events(
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: HALF },
    ),
    events({ type: 'RUN_ERROR', message: SAID }),
  ],
  [
    'Bedrock',
    'text/event-stream',
    events(
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: HALF } } },
    ),
    events({ modelStreamErrorException: { message: SAID } }),
  ],
  [
    'TGI',
    'text/event-stream',
    event({ index: 1, token: { id: 1, text: HALF, logprob: -1, special: false }, generated_text: null, details: null }),
    event({ error: SAID, error_type: 'overloaded' }),
  ],
  ['Replicate', 'text/event-stream', event(HALF, 'event: output\n'), event({ detail: SAID }, 'event: error\n')],
  ['a back end of one’s own', 'text/event-stream', event({ token: HALF }), event({ message: SAID }, 'event: error\n')],
];

const REPORTED: Fault[] = REPORTS.map(([provider, type, answer, report]) => ({
  name: `an error in the middle of the answer, as ${provider} reports it`,
  answers: [answerOf(type, [answer, seen(HALF), report])],
  text: HALF,
  ...failed(errors('provider', 0, SAID)),
}));

/** Numbered events, of which some come again. */
const numbered = (from: number, to = 3) =>
  ['Bytes ', 'that ', 'arrive '].slice(from - 1, to).map((text, at) => say(text, `id: ${from + at}\n`));

const RESUMED: Fault[] = [
  {
    name: 'cut where the events have ids, and a server that goes on after the last one',
    answers: [stream('retry: 50\n\n', ...numbered(1, 2), seen('Bytes that '), cut), stream(...numbered(3), finish())],
    requests: 2,
    text: HALF,
    check: (visits) => expect(visits.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '2']),
  },
  {
    name: 'cut where the events have ids, and a server that begins again: nothing comes twice',
    answers: [stream(...numbered(1, 2), seen('Bytes that '), cut), stream(...numbered(1), finish())],
    requests: 2,
    meanwhile: [/Trying again in 1 s…$/],
    text: HALF,
  },
  {
    name: 'cut where the events have ids, and a server that has no more',
    answers: [stream(...numbered(1), seen(HALF), cut), status(204)],
    requests: 2,
    ...interrupted,
  },
];

const socketAnswer =
  (messages: string[], code?: number): SocketAnswer =>
  (socket) => {
    for (const message of messages) socket.send(message);
    socket.close(code);
  };
const SOCKET = { endpoint: ({ server }: Servers) => `${server.url.replace('http', 'ws')}fault` };
const TOKENS = ['{"token":"Bytes that "}', '{"token":"arrive "}'];
const sentQuestion = (visits: Visit[]) => expect(visits[0]?.body).toContain(QUESTION);

const SOCKETS: Fault[] = [
  {
    name: 'a socket of JSON tokens, closed in good order',
    ...SOCKET,
    socket: socketAnswer(TOKENS, 1000),
    text: HALF,
    check: sentQuestion,
  },
  {
    name: 'a socket of bare text, closed in good order',
    ...SOCKET,
    socket: socketAnswer(['Bytes that ', 'arrive '], 1000),
    text: HALF,
    check: sentQuestion,
  },
  {
    name: 'a socket that the server closes for an error',
    ...SOCKET,
    socket: socketAnswer(TOKENS, 1011),
    ...interrupted,
  },
  {
    name: 'a socket that breaks',
    ...SOCKET,
    socket(socket) {
      for (const token of TOKENS) socket.send(token, () => token === TOKENS.at(-1) && socket.terminate());
    },
    ...interrupted,
  },
  {
    name: 'a socket that is closed in the middle of a format with an end',
    ...SOCKET,
    socket: socketAnswer([rawChunk(`"content":"${HALF}"`)], 1000),
    ...interrupted,
  },
  {
    name: 'a socket that falls silent',
    ...SOCKET,
    attributes: { 'idle-timeout': '0.4' },
    socket: (socket) => TOKENS.forEach((token) => socket.send(token)),
    leaves: true,
    ...interrupted,
    says: errors('stalled', 0.4),
  },
];

const ASKED = 'What%20is%20a%20stream%3F';
const isGet = (url: string) => (visits: Visit[]) =>
  expect(visits.map((visit) => [visit.method, visit.url, visit.body])).toEqual([['GET', url, '']]);

const QUERIES: Fault[] = [
  {
    name: 'the question in the address',
    endpoint: ({ server }) => `${server.url}fault?ask={message}&lang=en`,
    attributes: { method: 'get' },
    answers: [stream(say(HALF), finish())],
    text: HALF,
    check: isGet(`/fault?ask=${ASKED}&lang=en`),
  },
  {
    name: 'the question behind the address',
    attributes: { method: 'get', 'message-key': 'q' },
    answers: [stream(say(HALF), finish())],
    text: HALF,
    check: isGet(`/fault?q=${ASKED}`),
  },
];

const FORMATS_FILE = 'stream-chat.formats.js';

const FORMATS: Fault[] = [
  {
    name: 'the file of the format that comes is not there',
    answers: [answerOf('application/x-ndjson', [OLLAMA, lines({ model: 'm', message: { content: '' }, done: true })])],
    missing: [FORMATS_FILE],
    ...failed(errors('not-loaded', 0, FORMATS_FILE)),
  },
  {
    name: 'the file of the format to ask in is not there',
    attributes: { protocol: 'ollama' },
    missing: [FORMATS_FILE],
    requests: 0,
    ...failed(errors('not-loaded', 0, FORMATS_FILE)),
  },
];

const TABLE: [group: string, faults: Fault[]][] = [
  ['nobody is there', UNREACHABLE],
  ['the server refuses', STATUSES],
  ['redirected', REDIRECTS],
  ['the answer is none, or a strange one', WRONG_ANSWERS],
  ['it takes long', WAITS],
  ['the answer is cut off', CUTS],
  ['the provider fails', REPORTED],
  ['taken up again', RESUMED],
  ['over a WebSocket', SOCKETS],
  ['with GET', QUERIES],
  ['a file is missing', FORMATS],
];

/** Errors and rejections that nobody caught, in the test under way. */
const uncaught: string[] = [];

/** One tab a worker: to load the page anew makes it as clean as to open another, and is much faster. */
const test = base.extend<Servers & { noErrors: void }, { tab: Page }>({
  tab: [
    async ({ browser }, use) => {
      const page = await browser.newPage();
      // Not Playwright's event, under which Firefox also reports what its console says of failed requests.
      await page.exposeFunction('reportUncaught', (what: string) => uncaught.push(what));
      await page.addInitScript(() => {
        const { reportUncaught } = globalThis as unknown as { reportUncaught: (what: string) => void };
        addEventListener('error', ({ message }) => reportUncaught(message));
        addEventListener('unhandledrejection', ({ reason }) => reportUncaught(String(reason)));
      });
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
  other: async ({ baseURL }, use) => {
    const other = await FaultServer.start(baseURL!);
    await use(other);
    await other.close();
  },
  server: async ({ baseURL, other }, use) => {
    const server = await FaultServer.start(baseURL!, other.url);
    await use(server);
    await server.close();
  },
  noErrors: [
    async ({ tab }, use) => {
      uncaught.length = 0;
      await use();
      // What was reported in the last task is here once the page has answered.
      await tab.evaluate(() => {});
      expect(uncaught, 'uncaught errors and unhandled rejections').toEqual([]);
    },
    { auto: true },
  ],
});

const composer = (page: Page) => page.locator('stream-chat [part="input"]');
const button = (page: Page) => page.locator('stream-chat button.send');
const answer = (page: Page) => page.locator('stream-chat [part~="message"][part~="assistant"]').last();
/** Everything that stood under an answer at some time. */
const notices = (page: Page) => page.locator('#notices li');

/** An empty page with one chat in it. */
async function open(page: Page, server: FaultServer, attributes: Record<string, string> = {}): Promise<void> {
  await page.goto(server.url);
  await page.evaluate(
    async (given) => {
      await customElements.whenDefined('stream-chat');
      const chat = document.createElement('stream-chat');
      for (const [name, value] of Object.entries(given)) chat.setAttribute(name, value);
      const list = document.createElement('ol');
      list.id = 'notices';
      document.body.append(chat, list);

      new MutationObserver(() => {
        for (const notice of chat.shadowRoot!.querySelectorAll('p[part~="notice"], [part~="notice"] p')) {
          if (notice.textContent === list.lastElementChild?.textContent) continue;
          list.append(Object.assign(document.createElement('li'), { textContent: notice.textContent }));
        }
      }).observe(chat.shadowRoot!, { subtree: true, childList: true, characterData: true });

      let text = '';
      let posting = false;
      chat.addEventListener('delta', async ({ message }) => {
        text = message.parts
          .map((part) => ('text' in part ? part.text : 'inputText' in part ? part.inputText : ''))
          .join('');
        if (posting) return;
        posting = true;
        for (let posted = ''; posted !== text;) {
          posted = text;
          await fetch('/seen', { method: 'POST', body: posted }).catch(() => {});
        }
        posting = false;
      });
    },
    { endpoint: `${server.url}fault`, reveal: 'none', ...attributes },
  );
}

async function ask(page: Page, question: string): Promise<void> {
  await composer(page).fill(question);
  await composer(page).press('Enter');
}

/** What can be seen and read of the chat. */
async function look(page: Page) {
  return page.locator('stream-chat').evaluate(async (chat: StreamChat) => {
    await chat.updateComplete;
    const all = (selector: string) => [...chat.shadowRoot!.querySelectorAll(selector)];
    const textsOf = (elements: Element[]) => elements.map((element) => element.textContent?.trim() ?? '');
    const reply = chat.messages.at(-1);
    const last = all('article').at(-1);
    return {
      readyState: chat.readyState,
      messages: chat.messages.map(({ role }) => role),
      questions: textsOf(all('[part~="message"][part~="user"]')),
      draft: chat.value,
      status: reply?.status,
      says: textsOf([...(last?.querySelectorAll('[part~="notice"] p') ?? [])]).join(),
      offers: textsOf([...(last?.querySelectorAll('[part~="notice"] button') ?? [])]),
      text: reply?.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      pollution: [...Object.keys(Object.prototype), ...('polluted' in {} ? ['polluted'] : [])],
    };
  });
}

const matching = (expected: string | RegExp) =>
  typeof expected === 'string' ? expected : expect.stringMatching(expected);

async function untilIdle(page: Page): Promise<void> {
  // Not a matcher, which looks ever more seldom.
  await page.waitForFunction(() => document.querySelector('stream-chat')?.readyState === 'idle', null, {
    timeout: 15_000,
  });
}

/** Asks another question, and gets its answer. */
async function expectGoodQuestion(page: Page, server: FaultServer): Promise<void> {
  const before = await turnGood(page, server);
  await ask(page, 'And what is a good one?');
  await untilIdle(page);
  expect(await look(page)).toMatchObject({
    readyState: 'idle',
    questions: [...before, 'And what is a good one?'],
    status: 'complete',
    says: '',
    text: GOOD_TEXT,
    draft: '',
  });
}

/** From here on the endpoint works. Resolves with the questions so far. */
async function turnGood(page: Page, server: FaultServer): Promise<string[]> {
  return page.locator('stream-chat').evaluate((chat: StreamChat, endpoint) => {
    chat.endpoint = endpoint;
    chat.protocol = 'auto';
    const questions = chat.shadowRoot!.querySelectorAll('[part~="message"][part~="user"]');
    return [...questions].map((question) => question.textContent?.trim() ?? '');
  }, `${server.url}good`);
}

for (const [group, faults] of TABLE) {
  test.describe(group, () => {
    for (const fault of faults) {
      test(fault.name, async ({ tab: page, server, other }) => {
        const { answers, socket, missing, elsewhere = {}, attributes, setUp, endpoint, requests = 1 } = fault;
        const { status: end = 'complete', says = '', offers = [], text = '', shown = text, meanwhile = [] } = fault;
        server.play({ answers, socket, missing });
        other.play(elsewhere);
        const address = await endpoint?.({ server, other });
        await open(page, server, { ...attributes, ...(address && { endpoint: address }) });
        if (setUp) await page.locator('stream-chat').evaluate(setUp);

        await ask(page, QUESTION);
        await composer(page).fill(DRAFT);
        await untilIdle(page);

        expect(await look(page)).toEqual({
          readyState: 'idle',
          messages: ['user', 'assistant'],
          questions: [QUESTION],
          draft: DRAFT,
          status: end,
          says,
          offers: offers.map(matching),
          text: matching(text),
          pollution: [],
        });
        await expect(answer(page)).toContainText(typeof shown === 'string' ? shown.trim() : shown);
        const told = (await notices(page).allTextContents()).filter((notice) => notice !== says);
        for (const notice of meanwhile) expect(told).toContainEqual(expect.stringMatching(notice));
        if (meanwhile.length === 0 && requests < 2) expect(told).toEqual([]);
        const visits = server.faults;
        expect(visits).toHaveLength(requests);
        if (fault.leaves) await expect.poll(() => visits[0]?.leftAt).toBeDefined();
        if (fault.check) {
          const reply = await page.locator('stream-chat').evaluate((chat: StreamChat) => chat.messages.at(-1)!);
          fault.check(visits, { server, other }, reply);
        }

        const [next] = offers;
        if (next) {
          await turnGood(page, server);
          await answer(page).getByRole('button', { name: next, exact: true }).click();
          await untilIdle(page);
          const goesOn = next === CONTINUE;
          const after = await look(page);
          expect(after).toMatchObject({ messages: ['user', 'assistant'], status: 'complete', says: '', draft: DRAFT });
          expect(after.text).toBe(goesOn ? `${String(text)}${GOOD_TEXT}` : GOOD_TEXT);
        }
        await expectGoodQuestion(page, server);
      });
    }
  });
}

test.describe('the page and its reader', () => {
  test('without a network the question waits for it', async ({ tab: page, server }) => {
    server.play({ answers: [stream(say(HALF), finish())] });
    await open(page, server);
    // Without what a question needs nothing could wait.
    await page.evaluate(async (file) => void (await import(file)), '/stream-chat.wire.js');
    await page.context().setOffline(true);
    try {
      await ask(page, QUESTION);
      await composer(page).fill(DRAFT);
      await expect(answer(page)).toContainText(defaultStrings.offline);
      expect(await look(page)).toMatchObject({ readyState: 'connecting', questions: [QUESTION], status: 'streaming' });
    } finally {
      await page.context().setOffline(false);
    }
    await untilIdle(page);
    expect(await look(page)).toMatchObject({ status: 'complete', text: HALF, says: '', draft: DRAFT });
    expect(server.faults).toHaveLength(1);
    await expectGoodQuestion(page, server);
  });

  test('the patience that a server asks for is counted down on the button', async ({ tab: page, server }) => {
    server.play({ answers: [status(429, { 'retry-after': '3600' })] });
    await open(page, server);
    await ask(page, QUESTION);
    const again = answer(page).getByRole('button', { name: TRY_AGAIN });
    const seconds = async () => Number(/in (3[56]\d\d) s/.exec((await again.textContent()) ?? '')?.[1]);
    const first = await seconds();
    await expect.poll(seconds).toBeLessThan(first);
    // Asked, and not told to wait.
    await turnGood(page, server);
    await again.click();
    await expect(answer(page)).toContainText(GOOD_TEXT);
    expect(server.faults).toHaveLength(1);
    await expectGoodQuestion(page, server);
  });

  test('Stop ends an answer without an end at once', async ({ tab: page, server }) => {
    server.play({ answers: [stream(repeat(say('word '), 5))] });
    await open(page, server, { reveal: 'smooth' });
    await ask(page, QUESTION);
    await expect(answer(page)).toContainText('word word');
    await expect(button(page)).toHaveAttribute('part', 'stop-button');
    // In the task of the click, however slow the machine is.
    const stopped = await page.locator('stream-chat').evaluate((chat: StreamChat) => {
      chat.shadowRoot!.querySelector<HTMLButtonElement>('button.send')!.click();
      return { readyState: chat.readyState, status: chat.messages.at(-1)?.status, at: Date.now() };
    });
    expect(stopped).toMatchObject({ readyState: 'idle', status: 'stopped' });
    await expectLeft(server, stopped.at);
    const kept = await look(page);
    expect(kept).toMatchObject({
      says: ended.stopped,
      offers: [CONTINUE],
      text: expect.stringMatching(/^(?:word )+$/),
    });

    await turnGood(page, server);
    await answer(page).getByRole('button', { name: CONTINUE }).click();
    await untilIdle(page);
    expect(await look(page)).toMatchObject({ status: 'complete', text: `${kept.text}${GOOD_TEXT}` });
    await expectGoodQuestion(page, server);
  });

  test('Stop works behind each event', async ({ tab: page, server }) => {
    const pieces = ['one ', 'two ', 'three ', 'four '];
    await open(page, server);
    for (let count = 0; count <= pieces.length; count++) {
      const arrived = pieces.slice(0, count);
      server.play({ answers: [stream(...arrived.map((piece) => say(piece)), silence)] });
      await ask(page, QUESTION);
      await expect.poll(() => server.faults).toHaveLength(count + 1);
      await page.waitForFunction((text) => {
        const part = document.querySelector('stream-chat')!.messages.at(-1)?.parts[0];
        return (part?.type === 'text' ? part.text : '') === text;
      }, arrived.join(''));
      await composer(page).press('Escape');
      await untilIdle(page);
      expect(await look(page)).toMatchObject({ status: 'stopped', text: arrived.join(''), says: ended.stopped });
      await expect.poll(() => server.faults[count]?.leftAt).toBeDefined();
    }
    await expectGoodQuestion(page, server);
  });

  for (const [what, answers] of [
    ['while nothing comes', [silence]],
    ['while another try is waited for', [status(503, { 'retry-after': '30' })]],
  ] satisfies [string, Answer[]][]) {
    test(`Stop works ${what}`, async ({ tab: page, server }) => {
      server.play({ answers });
      await open(page, server);
      await ask(page, QUESTION);
      await expect.poll(() => server.faults).toHaveLength(1);
      if (answers[0] !== silence) await expect(answer(page)).toContainText('Trying again in');
      await composer(page).press('Escape');
      await untilIdle(page);
      expect(await look(page)).toMatchObject({ status: 'stopped', text: '', says: ended.stopped, offers: [] });
      if (answers[0] === silence) await expect.poll(() => server.faults[0]?.leftAt).toBeDefined();
      await expectGoodQuestion(page, server);
      expect(server.faults).toHaveLength(1);
    });
  }

  test('Enter while an answer is under way sends nothing, and keeps the draft', async ({ tab: page, server }) => {
    const { promise: written, resolve: go } = deferred();
    server.play({ answers: [stream(say('Bytes '), () => written, say('that arrive '), finish())] });
    await open(page, server);
    await ask(page, QUESTION);
    await ask(page, DRAFT);
    go();
    await untilIdle(page);
    expect(await look(page)).toMatchObject({ questions: [QUESTION], draft: DRAFT, text: HALF, status: 'complete' });
    expect(server.faults).toHaveLength(1);
    await expectGoodQuestion(page, server);
  });

  test('an element that is moved goes on', async ({ tab: page, server }) => {
    const { promise: moved, resolve: go } = deferred();
    server.play({ answers: [stream(say('Bytes '), () => moved, say('that arrive '), finish())] });
    await open(page, server);
    await ask(page, QUESTION);
    await expect(answer(page)).toContainText('Bytes');
    await page.locator('stream-chat').evaluate((chat) => {
      const section = document.createElement('section');
      document.body.append(section);
      section.append(chat);
    });
    // Some frameworks take their time between the two.
    await page.locator('stream-chat').evaluate(async (chat) => {
      const parent = chat.parentElement!;
      chat.remove();
      await new Promise((resolve) => setTimeout(resolve, 200));
      parent.append(chat);
    });
    go();
    await untilIdle(page);
    expect(await look(page)).toMatchObject({ status: 'complete', text: HALF, says: '' });
    await expect(answer(page)).toContainText(HALF.trim());
    expect(server.faults).toHaveLength(1);
    await expectGoodQuestion(page, server);
  });

  test('an element that is removed gives up after five seconds', async ({ tab: page, server }) => {
    server.play({ answers: [stream(repeat(say('word '), 50))] });
    await open(page, server);
    await ask(page, QUESTION);
    await expect(answer(page)).toContainText('word word');
    const chat = await page.locator('stream-chat').elementHandle();
    const removedAt = await chat.evaluate((element) => {
      element.remove();
      return Date.now();
    });
    await expect.poll(() => server.faults[0]?.leftAt, { timeout: 15_000 }).toBeDefined();
    expect(server.faults[0]!.leftAt! - removedAt).toBeGreaterThan(4900);
    await chat.evaluate((element) => document.body.append(element));
    expect(await look(page)).toMatchObject({ readyState: 'idle', status: 'stopped', says: ended.stopped });
    await expectGoodQuestion(page, server);
  });

  test('a page that is hidden shows the whole answer nevertheless', async ({ tab: page, server }) => {
    server.play({ answers: [stream(say('Bytes '), seen('Bytes '), say('that arrive '), finish())] });
    await open(page, server, { reveal: 'smooth' });
    // As in a tab in the background: no frames, and the page is told.
    await page.evaluate(() => {
      globalThis.requestAnimationFrame = () => 1;
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await ask(page, QUESTION);
    // A matcher waits for frames in no engine.
    await expect.poll(async () => (await look(page)).readyState).toBe('idle');
    expect(await look(page)).toMatchObject({ status: 'complete', text: HALF });
    await expect(answer(page)).toContainText(HALF.trim());
  });

  test('a page that is left and come back to works', async ({ tab: page, server }) => {
    server.play({ answers: [stream(repeat(say('word '), 20))] });
    await open(page, server);
    await ask(page, QUESTION);
    await expect(answer(page)).toContainText('word word');
    await page.goto(`${server.url}away`);
    await expect.poll(() => server.faults[0]?.leftAt).toBeDefined();
    await page.goBack();
    // Either the page as it was, with an answer that is cut off, or a new one.
    const ends = await page.evaluate(async () => {
      const chat = document.querySelector('stream-chat');
      if (!chat) return 'gone';
      while (chat.readyState !== 'idle') await new Promise((resolve) => setTimeout(resolve, 50));
      return chat.messages.at(-1)?.status;
    });
    expect(['interrupted', 'gone']).toContain(ends);
    if (ends === 'gone') await open(page, server);
    await expectGoodQuestion(page, server);
  });

  test('an error that a listener of the page throws is the page’s own', async ({ tab: page, server }) => {
    server.play({ answers: [stream(say(HALF), finish())] });
    await open(page, server);
    await page.locator('stream-chat').evaluate((chat: StreamChat) => {
      chat.addEventListener('responsestart', () => {
        throw new Error('a bug of the page');
      });
    });
    await ask(page, QUESTION);
    await untilIdle(page);
    expect(await look(page)).toMatchObject({ status: 'complete', text: HALF });
    expect(uncaught.splice(0)).toEqual([expect.stringContaining('a bug of the page')]);
  });
});

/** The server learns within a second that nobody reads any more. */
async function expectLeft(server: FaultServer, since: number): Promise<void> {
  await expect.poll(() => server.faults.at(-1)?.leftAt).toBeDefined();
  expect(server.faults.at(-1)!.leftAt! - since).toBeLessThan(1000);
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
