import { expect } from 'chai';
import { messageText, newReply, type Message } from '../../src/chat/index.js';
import {
  type Answer,
  silence,
  refused,
  streamed,
  status,
  broken,
  fine,
  say,
  done,
  start,
  expectOneEnd,
  rejection,
} from '../helpers/fake-server.js';
import { settle, until } from '../helpers/manual-timers.js';
import { chunk, FedResponse, sseEvent } from '../helpers/responses.js';

describe('Chat.continue', () => {
  const INSTRUCTION = /^Continue your last answer exactly where it stopped\./;
  const part = (text: string) => sseEvent(chunk({ content: text }));

  const answer = (text: string, more: Partial<Message> = {}): Message => ({
    ...newReply(),
    status: 'interrupted',
    parts: text ? [{ type: 'text', text }] : [],
    ...more,
  });
  const question = (text: string): Message => ({ ...answer(text), role: 'user', status: 'complete' });

  it('adds what is left to the same message', async () => {
    const setup = start({ model: 'm' });
    const { chat, server, ends, turn } = setup;
    server.answers.push(
      streamed(
        sseEvent(chunk({ reasoning: 'Hm' })) + part('Once upon') + sseEvent(chunk({}, 'length')) + sseEvent('[DONE]'),
      ),
      streamed(part(' a') + part(' time') + done),
    );
    const cut = await turn();
    expect(cut).to.include({ status: 'complete', finishReason: 'length' });
    ends.length = 0;
    const goesOn = chat.continue();
    const { status: state, parts, ...members } = chat.messages.at(-1)!;
    expect([state, messageText({ parts })]).to.deep.equal(['streaming', 'Once upon']);
    expect(members).not.to.have.any.keys('error', 'finishReason', 'rawFinishReason');
    const whole = await turn(goesOn);
    expect(whole).to.include({ id: cut.id, createdAt: cut.createdAt, status: 'complete', finishReason: 'stop' });
    expect(whole.parts).to.deep.equal([
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', id: 'text', text: 'Once upon a time' },
    ]);
    expect(whole.parts[0], 'what did not change').to.equal(cut.parts[0]);
    expect(chat.messages.map(({ id }) => id)).to.deep.equal([chat.messages[0]!.id, cut.id]);
    expect(server.said.slice(0, 2)).to.deep.equal(['Hi', 'Once upon']);
    expect(server.said).to.have.length(3);
    expect(server.said[2]).to.match(INSTRUCTION);
    const roles = (JSON.parse(server.requests[1]!.body!) as { messages: { role: string }[] }).messages;
    expect(roles.map(({ role }) => role)).to.deep.equal(['user', 'assistant', 'user']);
    expectOneEnd(setup);
  });

  /** [what, message] */
  const GOES_ON: [string, Partial<Message>][] = [
    ['was interrupted', { status: 'interrupted' }],
    ['was stopped', { status: 'stopped' }],
    ['has failed', { status: 'error' }],
    ['ran into its limit', { status: 'complete', finishReason: 'length', rawFinishReason: 'max_tokens' }],
  ];
  for (const [what, more] of GOES_ON) {
    it(`goes on with an answer that ${what}`, async () => {
      const { chat, server, turn } = start();
      server.answers.push(streamed(part(' time') + done));
      chat.messages = [question('Hi'), answer('Once', more)];
      const { id } = chat.messages[1]!;
      const message = await turn(chat.continue(id));
      expect(message).to.include({ id, status: 'complete', finishReason: 'stop', rawFinishReason: 'stop' });
      expect(messageText(message)).to.equal('Once time');
    });
  }

  it('does not cut the text by what the model thinks before it goes on', async () => {
    const { chat, server, turn } = start();
    const think = (reasoning: string) => sseEvent(chunk({ reasoning }));
    server.answers.push(
      streamed(think('Hm.') + part(' upon a') + sseEvent(chunk({}, 'length')) + sseEvent('[DONE]')),
      streamed(think(' So.') + part(' time') + done),
    );
    chat.messages = [question('Hi'), answer('Once')];
    await turn(chat.continue());
    const { parts } = await turn(chat.continue());
    expect(parts.map((each) => ('text' in each ? each.text : ''))).to.deep.equal(['Once upon a time', 'Hm. So.']);
  });

  it('begins a new text behind what is no text', async () => {
    const { chat, server, turn } = start();
    server.answers.push(streamed(part('It is warm.') + done));
    const call = {
      type: 'tool-call',
      id: 'c',
      name: 'n',
      inputText: '{}',
      input: {},
      state: 'output-available',
      output: 1,
    };
    const parts = [{ type: 'text', text: 'I look.' }, call] as Message['parts'];
    chat.messages = [question('Hi'), answer('', { parts })];
    const whole = await turn(chat.continue());
    expect(whole.parts.map(({ type }) => type)).to.deep.equal(['text', 'tool-call', 'text']);
  });

  it('begins a new text behind a tool that the rest calls', async () => {
    const { chat, server, turn } = start();
    const tool = { index: 0, id: 'c', function: { name: 'n', arguments: '{}' } };
    server.answers.push(
      streamed(part(' Now.') + sseEvent(chunk({ tool_calls: [tool] })) + part('It is 5.') + part(' Yes.') + done),
    );
    chat.messages = [question('Hi'), answer('I look.')];
    const { parts } = await turn(chat.continue());
    expect(parts.map((each) => ('text' in each ? each.text : each.type))).to.deep.equal([
      'I look. Now.',
      'tool-call',
      'It is 5. Yes.',
    ]);
  });

  it('keeps its pictures and sources beside those of the rest', async () => {
    const data = (letter: string) => ({ inlineData: { mimeType: 'image/png', data: letter.repeat(4) } });
    const web = (uri: string) => ({ groundingChunks: [{ web: { uri, title: uri } }] });
    const { chat, server, turn } = start({ protocol: 'gemini' });
    for (const [letter, uri] of [
      ['A', 'https://one.example/'],
      ['B', 'https://two.example/'],
    ] as const) {
      const candidate = (more: object) => sseEvent({ candidates: [{ index: 0, ...more }] });
      server.answers.push(
        streamed(
          candidate({ content: { parts: [{ text: letter }, data(letter)] } }) +
            candidate({ groundingMetadata: web('https://one.example/') }) +
            candidate({ groundingMetadata: web(uri), finishReason: 'MAX_TOKENS' }),
        ),
      );
    }
    await turn();
    const { parts } = await turn(chat.continue());
    const said = parts.map((each) => ('url' in each ? each.url!.slice(-20) : 'text' in each ? each.text : ''));
    expect(said).to.deep.equal([
      'A',
      'a:image/png;base64,AAAA'.slice(-20),
      'https://one.example/',
      'B',
      'a:image/png;base64,BBBB'.slice(-20),
      'https://two.example/',
    ]);
  });

  it('carries as much history as a question', async () => {
    const { chat, server, turn } = start({ history: 'none' });
    server.answers.push(streamed(part(' time') + done));
    chat.messages = [question('one'), answer('two', { status: 'complete' }), question('three'), answer('Once')];
    await turn(chat.continue());
    expect(server.said.slice(0, -1)).to.deep.equal(['three', 'Once']);
  });

  it('is waiting until something is added', async () => {
    const { chat, server, text } = start();
    const fed = new FedResponse();
    server.answers.push(() => fed.response);
    chat.messages = [question('Hi'), answer('Once')];
    const reply = chat.continue();
    expect(chat.readyState).to.equal('connecting');
    await until(() => chat.readyState === 'waiting');
    fed.write(sseEvent({ model: 'm', choices: [{ index: 0, delta: { role: 'assistant' } }] }));
    await until(() => chat.messages.at(-1)!.model);
    expect(chat.readyState).to.equal('waiting');
    fed.write(part(' upon'));
    await until(() => text() === 'Once upon');
    expect(chat.readyState).to.equal('streaming');
    fed.write(done);
    await reply;
  });

  it('writes on where the text ends, whatever the rest calls its part', async () => {
    /** An answer of the Messages API, whose blocks have an index each. */
    const block = (text: string, reason: string) =>
      streamed(
        [
          { type: 'message_start', message: { id: 'x', role: 'assistant', model: 'm', content: [], usage: {} } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
          { type: 'content_block_stop', index: 0 },
          { type: 'message_delta', delta: { stop_reason: reason }, usage: {} },
          { type: 'message_stop' },
        ]
          .map((event) => `event: ${event.type}\n${sseEvent(event)}`)
          .join(''),
      );
    const { chat, server, turn } = start({ endpoint: 'https://api.example/v1/messages' });
    server.answers.push(block(' a', 'max_tokens'), block(' time', 'end_turn'));
    const parts: Message['parts'] = [
      { type: 'text', id: '0', text: 'I look. ' },
      { type: 'reasoning', id: '1', text: 'Hm' },
      { type: 'text', id: '2', text: 'Once upon' },
    ];
    chat.messages = [question('Hi'), answer('', { parts })];
    expect(await turn(chat.continue())).to.include({ status: 'complete', finishReason: 'length' });
    const message = await turn(chat.continue());
    expect(message.parts).to.deep.equal(parts.with(2, { type: 'text', id: '2', text: 'Once upon a time' }));
    expect(message).to.include({ status: 'complete', finishReason: 'stop' });
  });

  it('keeps all text where the rest fails, and can be asked again', async () => {
    const setup = start({ retry: 0 });
    const { chat, server, turn } = setup;
    server.answers.push(
      broken(part('Once')),
      refused,
      status(500),
      broken(part(' upon')),
      silence,
      streamed(part(' a time') + done),
    );
    await turn();
    const { id } = chat.messages[1]!;
    const ends: [Message['status'], string, string?][] = [];
    for (let times = 0; times < 3; times++) {
      const message = await turn(chat.continue());
      expect(message.id).to.equal(id);
      ends.push([message.status, messageText(message), message.error?.code]);
    }
    expect(ends).to.deep.equal([
      ['interrupted', 'Once', 'network'],
      ['error', 'Once', 'server'],
      ['interrupted', 'Once upon', 'interrupted'],
    ]);
    const stopped = chat.continue();
    await until(() => server.requests.length === 5);
    chat.stop();
    expect(await stopped).to.include({ id, status: 'stopped' });
    expect(messageText(await turn(chat.continue()))).to.equal('Once upon a time');
    expect(server.said.slice(0, -1), 'no instruction of an earlier time').to.deep.equal(['Hi', 'Once upon']);
    expect(chat.messages).to.have.length(2);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.to.include('WORDS');
  });

  it('tries again while nothing has been added, and then no more', async () => {
    const setup = start();
    const { chat, server, notices, turn } = setup;
    server.answers.push(refused, status(503), broken(part(' upon')), fine);
    chat.messages = [question('Hi'), answer('Once')];
    const message = await turn(chat.continue());
    expect([messageText(message), message.status]).to.deep.equal(['Once upon', 'interrupted']);
    expect(server.requests).to.have.length(3);
    expect(notices).to.have.length(2);
    expectOneEnd(setup, 'error');
  });

  /** [what, messages, index of the one to go on with] */
  const REFUSED: [string, Message[], number?][] = [
    ['no conversation', []],
    ['a question', [question('Hi')]],
    ['an answer without a word', [question('Hi'), answer('')]],
    ['an answer that is not the last', [question('Hi'), answer('Once'), question('And?'), answer('Twice')], 1],
    ['an answer behind which somebody has asked', [question('Hi'), answer('Once'), question('And?')]],
  ];
  for (const [what, messages, at] of REFUSED) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const { chat, server } = start();
      chat.messages = messages;
      const id = at === undefined ? undefined : messages[at]!.id;
      expect(await rejection(chat.continue(id))).to.have.property('code', 'bad-option');
      expect(await rejection(chat.continue('no such id'))).to.have.property('code', 'bad-option');
      expect([chat.messages, server.requests]).to.deep.equal([messages, []]);
    });
  }
});

describe('Chat, while a reply is under way', () => {
  /** [what, answer] */
  const BUSY: [string, Answer][] = [
    ['on its way', silence],
    ['arriving', () => new FedResponse().write(say('Once')).response],
    ['waiting for another try', status(500)],
  ];
  for (const [what, reply] of BUSY) {
    it(`refuses to send, regenerate and continue while it is ${what}`, async () => {
      const { chat, server, timers } = start();
      server.answers.push(reply);
      const sent = chat.send('Hi');
      await until(() => server.requests.length && (reply === silence || chat.retry || chat.readyState === 'streaming'));
      const before = chat.snapshot();
      for (const again of [() => chat.send('more'), () => chat.regenerate(), () => chat.continue()]) {
        expect(await rejection(again())).to.have.property('code', 'busy');
      }
      expect(chat.snapshot()).to.deep.equal(before);
      expect(server.requests).to.have.length(1);
      chat.stop();
      await sent;
      await settle();
      expect(timers.waiting).to.deep.equal([]);
    });
  }
});
