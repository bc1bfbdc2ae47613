import { expect } from 'chai';
import { createChat } from '../../src/chat/index.js';
import { ChatError } from '../../src/model/index.js';
import { FakeEndpoint } from '../helpers/fake-endpoint.js';

describe('what a page hands to a chat', () => {
  const texts: [what: string, text: unknown][] = [
    ['an empty text', ''],
    ['white space', ' \n'],
    ['nothing', undefined],
    ['an object', {}],
  ];
  for (const [what, text] of texts) {
    it(`${what} is not sent`, async () => {
      const server = new FakeEndpoint();
      const chat = createChat({ endpoint: 'https://example.com/', fetch: server.fetch });
      const error = await chat.send(text as string).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ChatError).with.property('code', 'bad-option');
      expect(chat.messages).to.deep.equal([]);
      expect(server.requests).to.deep.equal([]);
    });
  }

  for (const headers of ['abc', ['a', 'b'], 42, null]) {
    it(`headers that a function makes have to be an object, not ${JSON.stringify(headers)}`, async () => {
      const server = new FakeEndpoint();
      const chat = createChat({
        endpoint: 'https://example.com/',
        fetch: server.fetch,
        headers: () => headers as unknown as Record<string, string>,
      });
      const reply = await chat.send('Hi');
      expect(reply.error!.code).to.equal('bad-option');
      expect(server.requests).to.deep.equal([]);
    });
  }
});
