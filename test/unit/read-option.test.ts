import { expect } from 'chai';
import { readChatOptions } from '../../src/elements/read-chat-options.js';
import { readHistory, readNumber } from '../../src/elements/read-option.js';

describe('what a page writes by hand', () => {
  const HISTORIES: [written: string | number | null | undefined, read: 'all' | 'none' | number][] = [
    ['NONE', 'none'],
    ['all', 'all'],
    ['0', 0],
    ['3', 3],
    [3, 3],
    ['-1', 'all'],
    ['1.5', 'all'],
    ['x', 'all'],
    ['', 'all'],
    [null, 'all'],
    [undefined, 'all'],
  ];
  for (const [written, read] of HISTORIES) {
    it(`history ${JSON.stringify(written)} is ${read}`, () => expect(readHistory(written)).to.equal(read));
  }

  const NUMBERS: [written: string | number | null | undefined, read: number | undefined][] = [
    ['0', 0],
    ['1.5', 1.5],
    [7, 7],
    ['-1', undefined],
    ['Infinity', undefined],
    ['x', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ];
  for (const [written, read] of NUMBERS) {
    it(`a number ${JSON.stringify(written)} is ${read}`, () => expect(readNumber(written)).to.equal(read));
  }

  /** [written, read, warnings] */
  const PROTOCOLS: [string | null, string, string[]][] = [
    ['openai', 'openai', []],
    [' OpenAI ', 'openai', []],
    ['auto', 'auto', []],
    ['', 'auto', []],
    [null, 'auto', []],
    ['nope', 'auto', ['"nope"']],
  ];
  for (const [written, read, named] of PROTOCOLS) {
    it(`protocol ${JSON.stringify(written)} is ${read}`, () => {
      const warnings: string[] = [];
      const { protocol } = readChatOptions({ ...SETTINGS, protocol: written }, (words) => void warnings.push(words));
      expect([protocol, warnings.map((words) => /"[^"]*"/.exec(words)![0])]).to.deep.equal([read, named]);
    });
  }
});

const SETTINGS: Parameters<typeof readChatOptions>[0] = {
  endpoint: '/chat',
  protocol: null,
  messageKey: '',
  method: null,
  timeout: '',
  idleTimeout: '',
  retry: '',
  model: '',
  system: '',
  params: undefined,
  headers: undefined,
  history: '',
  credentials: 'same-origin',
  fetch: undefined,
  webSocket: undefined,
};
