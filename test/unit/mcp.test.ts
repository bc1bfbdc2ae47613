import { expect } from 'chai';
import type { Message } from '../../src/model/index.js';
import { mcp } from '../../src/protocols/index.js';
import { decode as decodeReply } from '../helpers/decode.js';
import { FIRST_FRAMES, matchesFrame } from '../helpers/first-frames.js';

const decode = (frames: unknown[]) => decodeReply(mcp, frames);
const result = (value: unknown) => ({ jsonrpc: '2.0', id: 1, result: value });
const notice = (method: string) => ({ jsonrpc: '2.0', method, params: { progress: 1 } });
const data = (value: unknown) => ({ type: 'data', name: 'mcp-result', data: value });

/** [what, content of the result, parts behind the data] */
const CONTENTS: [string, object[], unknown[]][] = [
  ['text, which is none of a message', [{ type: 'text', text: 'a' }], []],
  [
    'pictures and sounds',
    [
      { type: 'image', mimeType: 'image/png', data: 'AA==' },
      { type: 'audio', data: 'BB==' },
    ],
    [
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
      { type: 'file', mediaType: 'application/octet-stream', url: 'data:application/octet-stream;base64,BB==' },
    ],
  ],
  [
    'links, each once',
    [
      { type: 'resource_link', uri: 'https://a.example/', name: 'a', title: 'A' },
      { type: 'resource_link', uri: 'https://b.example/', name: 'b' },
      { type: 'resource', resource: { uri: 'https://a.example/', text: 'x' } },
    ],
    [
      { type: 'source', url: 'https://a.example/', title: 'A' },
      { type: 'source', url: 'https://b.example/', title: 'b' },
    ],
  ],
  [
    'a file that it holds',
    [{ type: 'resource', resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob: 'AA==' } }],
    [{ type: 'file', mediaType: 'application/pdf', url: 'data:application/pdf;base64,AA==', name: 'file:///a.pdf' }],
  ],
  ['what it does not know', [{ type: 'hologram' }, { type: 'image' }, { type: 'resource' }], []],
];

describe('mcp', () => {
  for (const [what, content, parts] of CONTENTS) {
    it(`hands on a result with ${what}`, () => {
      const { message } = decode([notice('notifications/message'), result({ content })]);
      expect(message.parts).to.deep.equal([data({ content }), ...parts]);
      expect(message.status).to.equal('complete');
    });
  }

  it('ends at the result, without waiting for the end of the stream', () => {
    const deltas = mcp.decoder().push({ data: JSON.stringify(result(5)) });
    expect(deltas).to.deep.equal([data(5), { type: 'end' }]);
  });

  it('reads a batch', () => {
    const { message } = decode([[notice('notifications/progress'), result({ content: [] })]]);
    expect(message.parts).to.deep.equal([data({ content: [] })]);
  });

  it('is interrupted without a result', () => {
    expect(decode([notice('notifications/progress')]).message.status).to.equal('interrupted');
  });

  it('reports an error of the server', () => {
    const { error, parts } = decode([
      { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'No such tool' } },
    ]).message;
    expect(error).to.include({ code: 'provider', detail: 'No such tool' });
    expect(parts).to.deep.equal([]);
  });

  it('reports an error of the tool, behind what it gave', () => {
    const failed = {
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      isError: true,
    };
    const { error, parts } = decode([result(failed)]).message;
    expect(error).to.include({ code: 'provider', detail: 'a\nb' });
    expect(parts).to.deep.equal([data(failed)]);
    expect(decode([result({ isError: true })]).message.error).to.include({ detail: '{"isError":true}' });
  });

  it('ignores notifications, and counts requests that it cannot answer', () => {
    const read = decode([
      notice('notifications/cancelled'),
      notice('ping'),
      notice('sampling/createMessage'),
      { jsonrpc: '1.0', result: 5 },
      result(null),
    ]);
    expect(read).to.include({ unknownFrames: 2 });
    expect(read.message).to.deep.include({ status: 'complete', parts: [data(null)] });
  });

  for (const [name, frame] of FIRST_FRAMES) {
    const known = name === 'mcp';
    it(`${known ? 'knows' : 'does not claim'} ${JSON.stringify(frame).slice(0, 80)}`, () => {
      expect(matchesFrame(mcp, frame)).to.equal(known);
    });
  }

  it('asks for a tool with what the person wrote last', () => {
    const turn = (role: Message['role'], text: string): Message => ({
      id: 'x',
      role,
      parts: [{ type: 'text', text }],
      status: 'complete',
      createdAt: 0,
    });
    const messages = [turn('user', 'a'), turn('assistant', 'b'), turn('user', 'c')];
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
    const { headers, body } = mcp.request(messages, { endpoint: '/mcp', model: 'ask', messageKey: 'question' });
    expect(headers).to.include({ accept: 'application/json, text/event-stream' });
    expect(body).to.deep.equal({ ...call, params: { name: 'ask', arguments: { question: 'c' } } });
    expect(mcp.request([], { endpoint: '/mcp', params: { id: 2 } }).body).to.deep.equal({
      ...call,
      id: 2,
      params: { name: '', arguments: { message: '' } },
    });
  });
});
