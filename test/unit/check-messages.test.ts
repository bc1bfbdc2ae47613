import { expect } from 'chai';
import { checkMessages } from '../../src/conversation/index.js';
import { ChatError } from '../../src/model/index.js';

const GOOD = { id: '1', role: 'user', parts: [{ type: 'text', text: 'Hi' }], status: 'complete', createdAt: 0 };

describe('checkMessages', () => {
  const refused: [what: string, messages: unknown, says: string][] = [
    ['no array', 5, 'expected messages to be an array, got a number'],
    ['a message that is none', [null], 'expected messages[0] to be an object, got null'],
    ['no id', [{ ...GOOD, id: undefined }], 'expected messages[0].id to be a string, got undefined'],
    ['no role', [{ ...GOOD, role: 1 }], 'expected messages[0].role to be a string, got a number'],
    ['content in place of parts', [GOOD, { id: '2', role: 'user', content: 'Hi' }], 'expected messages[1].parts'],
    ['a part that is none', [{ ...GOOD, parts: [null] }], 'messages[0].parts[0] to be an object, got null'],
    ['a text without text', [{ ...GOOD, parts: [{ type: 'text' }] }], 'messages[0].parts[0].text to be a string'],
    ['a source without url', [{ ...GOOD, parts: [{ type: 'source' }] }], 'messages[0].parts[0].url to be a string'],
    ['a file without a type', [{ ...GOOD, parts: [{ type: 'file', url: 'a' }] }], 'parts[0].mediaType to be a string'],
    [
      'a tool call without a name',
      [{ ...GOOD, parts: [{ type: 'tool-call', inputText: '' }] }],
      'parts[0].name to be a',
    ],
    ['data without a name', [{ ...GOOD, parts: [{ type: 'data' }] }], 'parts[0].name to be a string'],
    [
      'an error that is a text',
      [{ ...GOOD, error: 'Oops' }],
      'messages[0].error to be an object with a code, got a string',
    ],
  ];
  for (const [what, messages, says] of refused) {
    it(`names ${what}`, () => {
      expect(() => checkMessages(messages))
        .to.throw(ChatError, says)
        .with.property('code', 'bad-option');
    });
  }

  it('takes good messages as they are, parts of unknown types too', () => {
    const odd = { ...GOOD, id: '2', parts: [{ type: 'hologram' }] };
    const checked = checkMessages([GOOD, odd]);
    expect(checked[0]).to.equal(GOOD);
    expect(checked[1]).to.equal(odd);
  });

  it('takes what browsers keep of an error for its message', () => {
    const kept = structuredClone({ ...GOOD, error: new ChatError('server', 'no', { status: 500 }) });
    const [checked] = checkMessages([kept]);
    expect(checked!.error).to.be.instanceOf(ChatError);
    expect(checked!.error).to.include({ code: 'interrupted', message: 'no' });
  });

  it('gives what a hand-written message may leave out', () => {
    const [message] = checkMessages([{ id: '1', role: 'user', parts: [] }]);
    expect(message!.status).to.equal('complete');
    expect(message!.createdAt).to.be.a('number');
  });

  it('takes nothing for an empty conversation', () => {
    expect(checkMessages(null)).to.deep.equal([]);
    expect(checkMessages(undefined)).to.deep.equal([]);
  });
});
