import { expect } from 'chai';
import { ChatError, isAbortError, type StreamFrame } from '../../src/model/index.js';
import { errorDetail, readFrames, sendRequest, type HttpRequest } from '../../src/transport/index.js';
import { cuts } from '../helpers/cuts.js';
import { bytesOf, collect, EVENT_STREAM, FedResponse, responseOf } from '../helpers/responses.js';

const HTML = '<!doctype html><title>Sign in</title>';
const typed = (type: string) => ({ 'content-type': type });

const json = (data: string): StreamFrame => ({ data, framing: 'json' });
const line = (data: string): StreamFrame => ({ data, framing: 'line' });

/** What `frames` throws, if anything. */
async function failure(frames: AsyncIterable<unknown>): Promise<unknown> {
  return collect(frames).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('readFrames', () => {
  const events = 'data: a\n\n: c\n\nevent: e\ndata: b\n\n';
  const eventFrames: StreamFrame[] = [{ data: 'a' }, { event: 'e', data: 'b' }];

  /** [what, content type, body, frames or the code of the error] */
  const BODIES: [string, string, string, StreamFrame[] | string][] = [
    ['an event stream', 'text/event-stream', events, eventFrames],
    ['one with a charset', 'text/event-stream; charset=utf-8', events, eventFrames],
    ['one whose type is in capitals', 'Text/Event-Stream', events, eventFrames],
    ['one of a server that does not say so', '', events, eventFrames],
    ['one that calls itself plain text', 'text/plain; charset=utf-8', events, eventFrames],
    ['one that calls itself HTML', 'text/html', events, eventFrames],
    ['one that calls itself binary', 'application/octet-stream', events, eventFrames],
    ['an unnamed one that begins with a comment', '', `: ping\n\n${events}`, eventFrames],
    ['an unnamed one that begins with an empty line and a mark', '', `\uFEFF\n${events}`, eventFrames],
    ['an unnamed one that begins with an id', '', 'id: 1\ndata: a\n\n', [{ id: '1', data: 'a' }]],
    ['an unnamed one that ends early', '', 'data: a', [{ data: 'a', unterminated: true }]],
    ['one behind a comment that fills a buffer', 'text/event-stream', `:${' '.repeat(5000)}\n\n${events}`, eventFrames],
    ['one behind many heartbeats', 'text/event-stream', ': ping\n\n'.repeat(700) + events, eventFrames],
    ['an event stream without events', 'text/event-stream', ': ping\n\n', []],
    ['an empty event stream', 'text/event-stream', '', []],
    ['an empty answer without type', '', '', []],
    ['an answer of space', 'text/plain', ' \n ', []],
    ['JSON', 'application/json', '{"a":\n1}', [json('{"a":\n1}')]],
    ['JSON of a kind', 'application/problem+json; charset=utf-8', '{"a":1}', [json('{"a":1}')]],
    ['an array of JSON', 'application/json', '[{"a":1}\n,\n{"b":2}]', [json('{"a":1}'), json('{"b":2}')]],
    ['JSON with a byte order mark', 'application/json', '\uFEFF[{"a":1}]', [json('{"a":1}')]],
    ['JSON that is none', 'application/json', '<p>', [{ ...json('<p>'), unterminated: true }]],
    ['an event stream that calls itself JSON', 'application/json', events, eventFrames],
    ['lines of JSON', 'application/x-ndjson', '{"a":1}\n{"b":2}\n', [json('{"a":1}'), json('{"b":2}')]],
    ['lines of JSON by another name', 'application/stream+json', '{"a":1}\n', [json('{"a":1}')]],
    ['lines of JSON that call themselves text', 'text/plain', '{"a":1}\n{"b":2}\n', [json('{"a":1}'), json('{"b":2}')]],
    ['lines of JSON that call themselves nothing', '', '{"a":1}\n', [json('{"a":1}')]],
    ['lines of the older data stream', 'text/plain', '0:"a"\nd:{}\n', [line('0:"a"'), line('d:{}')]],
    ['empty JSON', 'application/json', '  ', []],
    ['HTML', 'text/html; charset=utf-8', HTML, 'unexpected-content'],
    ['HTML that calls itself text', 'text/plain', HTML, 'unexpected-content'],
    [
      'lines of JSON that call themselves events',
      'text/event-stream',
      '{"a":1}\n{"b":2}\n',
      [json('{"a":1}'), json('{"b":2}')],
    ],
    ['lines of JSON that call themselves HTML', 'text/html', '{"a":1}\n{"b":2}\n', [json('{"a":1}'), json('{"b":2}')]],
    ['events that call themselves lines of JSON', 'application/x-ndjson', events, eventFrames],
    ['events of unknown fields', 'text/event-stream', 'foo: 1\ndata: a\n\n', [{ data: 'a', stray: 'foo: 1' }]],
    ['a reply in JSON that calls itself text', 'text/plain', '{"choices":[]}', [json('{"choices":[]}')]],
    ['HTML that calls itself nothing', '', ` \n${HTML}`, 'unexpected-content'],
    ['a picture', 'image/png', '\x89PNG', 'unexpected-content'],
    ['a binary event stream', 'application/vnd.amazon.eventstream', '\0\0\0a:event-type', 'unexpected-content'],
    ['bytes that are no text', 'application/octet-stream', '\0abc', 'unexpected-content'],
  ];
  for (const [what, type, body, expected] of BODIES) {
    it(`${typeof expected === 'string' ? 'refuses' : 'reads'} ${what}`, async () => {
      for (const { name, pieces } of cuts(bytesOf(body))) {
        const response = responseOf(pieces, type ? typed(type) : {});
        if (typeof expected !== 'string') expect(await collect(readFrames(response)), name).to.deep.equal(expected);
        else
          expect(await failure(readFrames(response)), name)
            .to.be.instanceOf(ChatError)
            .with.property('code', expected);
        expect(response.body!.locked, `${name}: released`).to.equal(false);
      }
    });
  }

  /** Text that says what it is, or that says nothing. */
  const TEXTS: [string, string][] = [
    ['text/plain', 'Hello, 🌍!'],
    ['text/markdown; charset=utf-8', '# Hello\n\ndata: a\n'],
    ['', 'Hello'],
    ['application/octet-stream', 'Hello'],
    ['text/plain', 'database'],
    ['text/plain', 'dat'],
    ['text/plain', ':-) hello\nworld'],
    ['text/plain', ': a\n: b\nc'],
    ['text/plain', '{ braces } and [brackets]'],
    ['text/plain', '[a link](b)\nmore'],
    ['text/plain', '1: one\n2: two'],
    ['text/plain', '3'],
    ['text/plain', '<p>a tag'],
    ['text/plain', '<!d'],
    ['text/plain', 'a\0b'],
    ['text/plain', '{"name":"Ann"}'],
    ['text/plain', 'id: 7 is the answer\nnext'],
    ['text/plain', 'event: a party\n\nand more'],
    ['text/event-stream', 'Hello, there.\nAgain.'],
    ['text/html; charset=utf-8', 'Hello, there.'],
    ['text/plain', ' '.repeat(5000)],
  ];
  for (const [type, text] of TEXTS) {
    it(`reads ${JSON.stringify(text.slice(0, 40))} (${type || 'no type'}) as text`, async () => {
      for (const { name, pieces } of cuts(bytesOf(text))) {
        const frames = await collect(readFrames(responseOf(pieces, type ? typed(type) : {})));
        expect(frames.map(({ data }) => data).join(''), name).to.equal(text);
        expect(
          frames.every(({ framing }) => framing === 'text'),
          name,
        ).to.equal(true);
      }
    });
  }

  it('takes text for text, whatever it looks like, where that is asked for', async () => {
    for (const text of ['{"a":1}\n{"b":2}\n', '<!DOCTYPE html><p>Hi', 'data: a\n\n', '0:"a"\n']) {
      for (const { name, pieces } of cuts(bytesOf(text))) {
        const frames = await collect(readFrames(responseOf(pieces, typed('text/plain')), { isPlainText: true }));
        expect(frames.map(({ data }) => data).join(''), name).to.equal(text);
      }
    }
    expect(
      await collect(readFrames(new Response(events, { headers: EVENT_STREAM }), { isPlainText: true })),
    ).to.deep.equal(eventFrames);
  });

  it('reports an answer without a body as empty', async () => {
    expect(await failure(readFrames(new Response(null, { status: 204 })))).to.have.property('code', 'empty');
    expect(await collect(readFrames(new Response(null, { headers: typed('application/json') })))).to.deep.equal([]);
  });

  it('says what came in place of a stream, and stops reading it', async () => {
    const fed = new FedResponse({ headers: typed('text/html; charset=utf-8') }).write(HTML);
    const error = (await failure(readFrames(fed.response))) as ChatError;
    expect(error).to.include({ code: 'unexpected-content', status: 200, detail: 'text/html' });
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
    expect(fed.released).to.equal(true);
  });

  it('hands out frames as they arrive', async () => {
    const fed = new FedResponse();
    const frames = readFrames(fed.response);
    for (const data of ['a', 'b']) {
      fed.write(`data: ${data}\n\n`);
      expect(await frames.next()).to.deep.equal({ done: false, value: { data } });
    }
    fed.close();
    expect(await frames.next()).to.deep.equal({ done: true, value: undefined });
    expect(fed.cancelled).to.equal(undefined);
    expect(fed.released).to.equal(true);
  });

  it('cancels the body when its reader leaves early', async () => {
    const fed = new FedResponse().write('data: a\n\ndata: b\n\n');
    for await (const { data } of readFrames(fed.response)) {
      expect(data).to.equal('a');
      break;
    }
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
    expect(fed.released).to.equal(true);
  });

  it('passes on what breaks the connection, after the frames before it', async () => {
    const broken = new TypeError('network error');
    const fed = new FedResponse();
    const frames = readFrames(fed.response);
    fed.write('data: a\n\ndata: b');
    expect((await frames.next()).value).to.deep.equal({ data: 'a' });
    fed.fail(broken);
    expect(await failure(frames)).to.equal(broken);
    expect(fed.released).to.equal(true);
  });

  /** [what, content type, pieces, frames before the error] */
  const TOO_LARGE: [string, string, string[], StreamFrame[]][] = [
    ['an event', 'text/event-stream', ['data: a\n\n', 'data: 12345', '678'], [{ data: 'a' }]],
    ['a line that does not end', '', ['data: a\n\n', 'data:', '12345678'], [{ data: 'a' }]],
    ['JSON', 'application/json', ['{"a":', '"1234567"}'], []],
  ];
  for (const [what, type, pieces, before] of TOO_LARGE) {
    it(`stops at ${what} beyond the bound`, async () => {
      const fed = new FedResponse({ headers: type ? typed(type) : {} });
      for (const piece of pieces) fed.write(piece);
      const frames: StreamFrame[] = [];
      let thrown: unknown;
      try {
        for await (const frame of readFrames(fed.response, { maxEventLength: 12 })) frames.push(frame);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.have.property('code', 'too-large');
      expect(frames).to.deep.equal(before);
      expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
      expect(fed.released).to.equal(true);
    });
  }

  for (const type of ['text/event-stream', 'text/plain', 'application/json']) {
    it(`is aborted at once while it waits for ${type}, also where the body does not know the signal`, async () => {
      const controller = new AbortController();
      const fed = new FedResponse({ headers: typed(type) });
      const thrown = failure(readFrames(fed.response, { signal: controller.signal }));
      controller.abort();
      expect(isAbortError(await thrown)).to.equal(true);
      expect(fed.cancelled?.reason).to.equal(controller.signal.reason);
      expect(fed.released).to.equal(true);
    });

    it(`reads nothing of ${type} when it was aborted before`, async () => {
      const fed = new FedResponse({ headers: typed(type) });
      expect(isAbortError(await failure(readFrames(fed.response, { signal: AbortSignal.abort() })))).to.equal(true);
      expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
      expect(fed.released).to.equal(true);
    });
  }

  it('reads no further piece after an abort', async () => {
    const controller = new AbortController();
    const fed = new FedResponse().write('data: a\n\n').write('data: b\n\n');
    const frames = readFrames(fed.response, { signal: controller.signal });
    await frames.next();
    controller.abort();
    expect(isAbortError(await failure(frames))).to.equal(true);
  });
});

describe('sendRequest', () => {
  const request: HttpRequest = { url: '/chat?token=t0ken', method: 'POST', headers: { accept: 'x' }, body: '{}' };
  const signal = new AbortController().signal;

  /** What `fetch` was asked, and what came of it. */
  async function send(
    answer: Response | Error,
    {
      headers = {},
      ...options
    }: { headers?: Record<string, string>; signal?: AbortSignal; credentials?: RequestCredentials } = {},
  ) {
    let asked: { url: string; init: RequestInit } | undefined;
    const fetch = (async (url: string, init: RequestInit) => {
      asked = { url, init };
      if (answer instanceof Error) throw answer;
      return answer;
    }) as typeof globalThis.fetch;
    const result: unknown = await sendRequest(
      { ...request, headers: { ...request.headers, ...headers } },
      { signal, fetch, ...options },
    ).catch((error: unknown) => error);
    return { asked, result };
  }

  it('asks as a chat should', async () => {
    const response = new Response('', { headers: EVENT_STREAM });
    const { asked, result } = await send(response);
    expect(result).to.equal(response);
    const { headers, ...init } = asked!.init;
    expect(init).to.deep.equal({
      method: 'POST',
      body: '{}',
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'follow',
    });
    expect(asked!.url).to.equal(request.url);
    expect([...(headers as Headers)]).to.deep.equal([['accept', 'x']]);
  });

  it('passes credentials on', async () => {
    expect((await send(new Response(''), { credentials: 'include' })).asked!.init.credentials).to.equal('include');
  });

  /** [headers of the page, redirect, headers sent] */
  const HEADERS: [Record<string, string>, string, [string, string][]][] = [
    [{}, 'follow', [['accept', 'x']]],
    [
      { 'Content-Type': 'y' },
      'follow',
      [
        ['accept', 'x'],
        ['content-type', 'y'],
      ],
    ],
    [{ Accept: 'y' }, 'follow', [['accept', 'y']]],
    [
      { 'Last-Event-ID': '3' },
      'follow',
      [
        ['accept', 'x'],
        ['last-event-id', '3'],
      ],
    ],
    [
      { Prefer: 'wait' },
      'follow',
      [
        ['accept', 'x'],
        ['prefer', 'wait'],
      ],
    ],
    [
      { Authorization: 'Bearer t' },
      'error',
      [
        ['accept', 'x'],
        ['authorization', 'Bearer t'],
      ],
    ],
    [
      { 'X-Api-Key': 't' },
      'error',
      [
        ['accept', 'x'],
        ['x-api-key', 't'],
      ],
    ],
  ];
  for (const [headers, redirect, sent] of HEADERS) {
    it(`sends ${JSON.stringify(headers)}, and on a redirect: ${redirect}`, async () => {
      const { asked } = await send(new Response(''), { headers });
      expect(asked!.init.redirect).to.equal(redirect);
      expect([...(asked!.init.headers as Headers)]).to.deep.equal(sent);
    });
  }

  it('refuses headers that are none, without their values', async () => {
    for (const headers of [{ 'a b': 's3cret' }, { authorization: 's3cret\nx: y' }, { a: 's3cret\u{1F512}' }]) {
      const { asked, result } = await send(new Response(''), { headers: headers as unknown as Record<string, string> });
      expect(result).to.have.property('code', 'bad-option');
      expect((result as ChatError).message)
        .to.include(Object.keys(headers)[0])
        .and.not.to.include('s3cret');
      expect(asked).to.equal(undefined);
    }
  });

  it('reports a network that fails, without the query of the address', async () => {
    for (const cause of [new TypeError('Failed to fetch'), new DOMException('of its own', 'AbortError')]) {
      const { result } = await send(cause);
      expect(result).to.include({ code: 'network', cause });
      expect((result as ChatError).message)
        .to.include('/chat')
        .and.not.to.include('t0ken');
    }
  });

  it('throws the abort where there is one', async () => {
    const controller = new AbortController();
    controller.abort();
    const { result } = await send(new TypeError('whatever'), { signal: controller.signal });
    expect(result).to.equal(controller.signal.reason);
  });

  it('lets go of an answer that comes after the abort', async () => {
    const controller = new AbortController();
    controller.abort();
    const fed = new FedResponse();
    expect((await send(fed.response, { signal: controller.signal })).result).to.equal(controller.signal.reason);
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
  });

  /** [status, headers, body, members of the error] */
  const STATUSES: [number, Record<string, string>, string, Record<string, unknown>][] = [
    [
      400,
      typed('application/json'),
      '{"error":{"message":"No such model","type":"x"}}',
      { code: 'rejected', detail: 'No such model' },
    ],
    [401, typed('application/json'), '{"error":"Who are you?"}', { code: 'unauthorized', detail: 'Who are you?' }],
    [403, typed('text/html'), HTML, { code: 'unauthorized', detail: undefined }],
    [404, typed('application/json'), '{"detail":"Not Found"}', { code: 'not-found', detail: 'Not Found' }],
    [404, typed('text/html'), HTML, { code: 'not-found', detail: undefined }],
    [418, typed('text/plain; charset=utf-8'), ' I am a teapot \n', { code: 'rejected', detail: 'I am a teapot' }],
    [
      403,
      typed('application/json'),
      '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}',
      { code: 'unauthorized', detail: 'Authentication error' },
    ],
    [
      422,
      typed('application/json'),
      `{"detail":[{"type":"missing","msg":"Field required","input":{"text":"${'x'.repeat(4500)}"}}]}`,
      { code: 'rejected', detail: 'Field required' },
    ],
    [
      500,
      typed('application/json'),
      String.raw`{"error":{"message":"no file C:\Temp\Backup"}}`,
      { code: 'server', detail: undefined },
    ],
    [418, {}, '', { code: 'rejected', detail: undefined }],
    [422, typed('application/json'), '{"message":"Too long"}', { code: 'rejected', detail: 'Too long' }],
    [429, { 'retry-after': '20' }, '', { code: 'rate-limited', retryAfter: 20 }],
    [429, { 'retry-after': '20', 'retry-after-ms': '1500' }, '', { code: 'rate-limited', retryAfter: 1.5 }],
    [429, {}, '', { code: 'rate-limited', retryAfter: undefined }],
    [500, typed('application/json'), '{"error":', { code: 'server', detail: undefined }],
    [500, typed('text/plain'), 'x'.repeat(10_000), { code: 'server', detail: 'x'.repeat(300) }],
    [502, typed('text/html'), HTML, { code: 'server', detail: undefined }],
    [503, { ...typed('text/plain'), 'retry-after': '1' }, 'Later', { code: 'server', retryAfter: 1, detail: 'Later' }],
  ];
  for (const [status, headers, body, members] of STATUSES) {
    it(`reports ${status} with ${headers['content-type'] ?? 'no type'} as ${String(members['code'])}`, async () => {
      for (const { name, pieces } of cuts(body)) {
        const fed = new FedResponse({ status, headers });
        for (const piece of pieces) fed.write(piece);
        // A long or an HTML body is not read to its end.
        if (members['detail'] !== undefined && body.length < 5000) fed.close();
        else if (body === '' || headers['content-type'] === 'application/json') fed.close();
        const { result } = await send(fed.response);
        expect(result, name).to.be.instanceOf(ChatError);
        expect({ ...members, status }, name).to.deep.equal(
          Object.fromEntries([...Object.keys(members), 'status'].map((key) => [key, (result as never)[key]])),
        );
        expect(fed.released, `${name}: released`).to.equal(true);
        // A response that was left open is let go.
        if (body.length > 5000 || headers['content-type'] === 'text/html') {
          expect(fed.cancelled, `${name}: cancelled`).not.to.equal(undefined);
        }
      }
    });

    it(`reports ${status} with ${headers['content-type'] ?? 'no type'} the same from readFrames`, async () => {
      const response = new Response(bytesOf(body), { status, headers });
      expect(await failure(readFrames(response))).to.include({ code: members['code'], status });
    });
  }

  it('reports a status also where the body breaks', async () => {
    const fed = new FedResponse({ status: 500, headers: typed('text/plain') }).fail();
    expect((await send(fed.response)).result).to.include({ code: 'server', status: 500 });
  });

  it('is aborted while it reads what an error says', async () => {
    const controller = new AbortController();
    const fed = new FedResponse({ status: 500, headers: typed('text/plain') });
    const sent = send(fed.response, { signal: controller.signal });
    await fed.whenAwaited;
    controller.abort();
    expect((await sent).result).to.equal(controller.signal.reason);
    expect(fed.cancelled, 'cancelled').not.to.equal(undefined);
  });
});

describe('errorDetail', () => {
  const CASES: [string, string, string][] = [
    ['{"error":{"message":"a"}}', 'application/json', 'a'],
    ['{"error":"a"}', 'application/json', 'a'],
    ['{"message":"a"}', '', 'a'],
    ['{"detail":"a"}', 'text/plain', 'a'],
    ['{"error":{"message":"a"},"message":"b","detail":"c"}', 'application/json', 'a'],
    ['{"error":{"code":5},"message":"b"}', 'application/json', 'b'],
    ['{"error":null,"detail":[{"loc":["body"],"msg":"x"}]}', 'application/json', 'x'],
    ['[{"error":{"code":400,"message":"a"}}]', 'application/json', 'a'],
    ['{"error":{"message":{"message":{"message":"a"}}}}', 'application/json', ''],
    ['{"__proto__":{"message":"a"}}', 'application/json', ''],
    ['{torn', 'application/json', ''],
    ['"a"', 'application/json', ''],
    [' a ', 'text/plain', 'a'],
    [' a ', 'application/octet-stream', ''],
    ['', 'text/plain', ''],
  ];
  for (const [body, type, detail] of CASES) {
    it(`finds "${detail}" in ${body || 'nothing'} (${type || 'no type'})`, () => {
      expect(errorDetail(body, type)).to.equal(detail);
    });
  }
});
