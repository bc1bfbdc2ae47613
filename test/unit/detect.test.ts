// A reply is told by what it begins with, whatever was asked for.

import { expect } from 'chai';
import { formats, openai, PROTOCOL_NAMES, protocolForReply } from '../../src/protocols/index.js';
import { frameOf } from '../helpers/decode.js';
import { FIRST_FRAMES, FOREIGN_FRAMES } from '../helpers/first-frames.js';

const detect = async (frame: unknown) => (await protocolForReply(new Headers(), frameOf(frame)))?.name;

describe('protocolForReply', () => {
  it('knows every format that has a name', () => {
    expect([openai, ...formats].map(({ name }) => name)).to.have.members([...PROTOCOL_NAMES]);
  });

  for (const [name, frame] of FIRST_FRAMES) {
    // Of an error that all word alike it does not matter whose it is, and what may be of several tells nothing.
    if (!name || name === 'message' || JSON.stringify(frame).startsWith('{"error"')) continue;
    it(`tells ${name} by ${JSON.stringify(frame).slice(0, 80)}`, async () =>
      expect(await detect(frame)).to.equal(name));
  }

  for (const [name, frame] of Object.entries(FOREIGN_FRAMES)) {
    const format = name.split(' ')[0]!;
    // A notification is not yet a reply.
    if (!(PROTOCOL_NAMES as readonly string[]).includes(format) || format === 'mcp') continue;
    it(`tells ${format} by the first frame of ${name}`, async () => expect(await detect(frame)).to.equal(format));
  }

  it('is not told by a heartbeat', async () => {
    for (const frame of [{ data: '' }, { event: 'ping', data: '' }]) expect(await detect(frame)).to.equal(undefined);
  });
});
