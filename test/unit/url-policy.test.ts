import { expect } from 'chai';
import {
  checkUrl,
  DEFAULT_POLICY,
  mayLoadOnClick,
  namesAnotherHost,
  parseUrl,
  shownHost,
} from '../../src/markdown/url-policy.js';
import type { MarkdownPolicy } from '../../src/markdown/url-policy.js';
import { catchUncaught } from '../helpers/uncaught.js';

const BASE = 'https://page.example/chat/index.html';
const link = (address: string, policy: Partial<MarkdownPolicy> = {}) =>
  checkUrl(address, 'link', { ...DEFAULT_POLICY, ...policy }, BASE);
const image = (address: string, policy: Partial<MarkdownPolicy> = {}) =>
  checkUrl(address, 'image', { ...DEFAULT_POLICY, ...policy }, BASE);

describe('url policy', () => {
  describe('links by default', () => {
    for (const [address, resolved] of [
      ['https://a.example', 'https://a.example/'],
      ['HTTP://a.example/x?y#z', 'http://a.example/x?y#z'],
      ['mailto:a@b.example', 'mailto:a@b.example'],
      ['tel:+4930', 'tel:+4930'],
      ['/docs', 'https://page.example/docs'],
      ['other.html', 'https://page.example/chat/other.html'],
      ['', BASE],
      ['#note', `${BASE}#note`],
      ['foo%5Cbar', 'https://page.example/chat/foo%5Cbar'],
      ['https://аpple.example', 'https://xn--pple-43d.example/'],
    ] as const) {
      it(`allows ${address || 'the empty address'}`, () => {
        expect(link(address)?.url.href).to.equal(resolved);
      });
    }

    for (const address of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      ' javascript:alert(1)',
      'java\nscript:alert(1)',
      'java\tscript:alert(1)',
      '\x01javascript:alert(1)',
      'vbscript:x',
      'data:text/html,x',
      'blob:https://page.example/1',
      'file:///etc/passwd',
      'about:blank',
      'view-source:https://a.example',
      'ftp://a.example',
      'https://good.example@evil.example',
      'https://user:pass@evil.example',
      'https://:pass@evil.example',
      'https://a.exam\tple',
      'htt\nps://a.example',
      '/a\x01b',
      'https://a.example/\x7f',
      'https:evil.example',
      'https:/evil.example',
      'https:///evil.example',
      'https://',
      '//evil.example',
      '\\\\evil.example',
      '/\\evil.example',
      '%5C%5Cevil.example',
      '/%5Cevil.example',
      'https:%5C%5Cevil.example',
      'https://good.example%5C@evil.example',
      'https://good.example\\@evil.example',
      'https://a b.example',
      'https://[::1',
    ]) {
      it(`refuses ${JSON.stringify(address)}`, () => {
        expect(link(address)).to.equal(null);
      });
    }

    it('tells what leads elsewhere, and what stays', () => {
      expect(link('https://a.example')).to.include({ external: true, fragment: false });
      expect(link('https://page.example/x')).to.include({ external: false });
      expect(link('#x')).to.include({ external: false, fragment: true });
      expect(link('mailto:a@b.example')).to.include({ external: false });
    });
  });

  describe('lists', () => {
    it('allow schemes, and only those named', () => {
      expect(link('http://a.example', { allowLinks: 'https' })).to.equal(null);
      expect(link('ftp://a.example', { allowLinks: 'ftp' })?.url.protocol).to.equal('ftp:');
      expect(link('https://a.example', { allowLinks: 'none' })).to.equal(null);
    });

    it('allow origins, exactly', () => {
      const policy = { allowLinks: 'https://docs.example mailto' };
      expect(link('https://docs.example/a', policy)).to.not.equal(null);
      expect(link('http://docs.example/a', policy)).to.equal(null);
      expect(link('https://docs.example.evil.example/', policy)).to.equal(null);
      expect(link('/relative', policy)).to.equal(null);
      expect(link('mailto:a@b.example', policy)).to.not.equal(null);
    });

    it('allow nothing but the web as `self`, also where the page has no origin', () => {
      const policy: MarkdownPolicy = { ...DEFAULT_POLICY, allowLinks: 'self' };
      const allowed = (address: string, base: string) => checkUrl(address, 'link', policy, base) !== null;
      expect(allowed('/b', 'https://a.example/a')).to.equal(true);
      expect(allowed('https://b.example/', 'https://a.example/a')).to.equal(false);
      for (const address of ['file:///etc/passwd', 'vscode://file/x', 'ms-msdt:/id', 'b.html'])
        expect(allowed(address, 'file:///home/a.html'), address).to.equal(false);
    });

    it('never allow a scheme that runs script', () => {
      for (const scheme of ['javascript', 'vbscript', 'data', 'blob', 'filesystem', 'about', 'view-source']) {
        expect(link(`${scheme}:x`, { allowLinks: `${scheme} *` }), scheme).to.equal(null);
      }
    });

    it('allow with * what is allowed by default', () => {
      const allowed = ['https://a.example', 'mailto:a@b.example', 'ftp://a.example', 'app:x'].map(
        (address) => link(address, { allowLinks: '*' }) !== null,
      );
      expect(allowed).to.deep.equal([true, true, false, false]);
    });
  });

  describe('images', () => {
    const here = '/a.png';
    const there = 'https://cdn.example/a.png';

    it('load only where the list says so', () => {
      expect([here, there].map((address) => image(address) !== null)).to.deep.equal([false, false]);
      const table: [string, boolean, boolean][] = [
        ['none', false, false],
        ['self', true, false],
        ['https://cdn.example', false, true],
        ['self https://cdn.example', true, true],
        ['*', true, true],
        ['https', false, false],
      ];
      for (const [allowImages, own, other] of table) {
        expect([image(here, { allowImages }), image(there, { allowImages })].map(Boolean), allowImages).to.deep.equal([
          own,
          other,
        ]);
      }
    });

    it('are never anything but http and https', () => {
      for (const address of ['data:image/png;base64,AA', 'blob:x', 'mailto:a@b.example', 'javascript:1']) {
        expect(image(address, { allowImages: '*' }), address).to.equal(null);
      }
    });
  });

  describe('pictures that wait for a click', () => {
    const mayWait = (address: string, policy: Partial<MarkdownPolicy> = {}) =>
      mayLoadOnClick(parseUrl(address, BASE)!, { ...DEFAULT_POLICY, ...policy });

    it('are of the web, from wherever', () => {
      const addresses = ['/a.png', 'https://cdn.example/a.png', 'mailto:a@b.example', 'ftp://a.example/b.png'];
      expect(addresses.map((address) => mayWait(address))).to.deep.equal([true, true, false, false]);
    });

    it('are none where the page’s own function refuses them', () => {
      expect(mayWait('https://a.example/i', { urlPolicy: (_, use) => use !== 'image' })).to.equal(false);
      expect(mayWait('https://a.example/i', { urlPolicy: (_, use) => use === 'image' })).to.equal(true);
    });
  });

  describe('the page’s own function', () => {
    it('can refuse, with the address and its use', () => {
      const asked: string[] = [];
      const urlPolicy = (url: URL, use: string) => asked.push(`${use} ${url.href}`) < 0;
      expect(link('https://a.example/', { urlPolicy })).to.equal(null);
      expect(image('https://a.example/i', { urlPolicy, allowImages: '*' })).to.equal(null);
      expect(asked).to.deep.equal(['link https://a.example/', 'image https://a.example/i']);
    });

    it('refuses where it throws, which the page hears of', () => {
      const thrown = new Error('a bug');
      const urlPolicy = (): boolean => {
        throw thrown;
      };
      const uncaught = catchUncaught();
      const got = [
        link('https://a.example/', { urlPolicy }),
        image('https://a.example/i', { urlPolicy, allowImages: '*' }),
      ];
      uncaught.stop();
      expect([got, uncaught.errors]).to.deep.equal([
        [null, null],
        [thrown, thrown],
      ]);
    });

    it('cannot allow what the lists refuse, nor change the address', () => {
      expect(link('javascript:alert(1)', { urlPolicy: () => true })).to.equal(null);
      const urlPolicy = (url: URL) => {
        url.href = 'https://evil.example/';
        return true;
      };
      expect(link('https://a.example/', { urlPolicy })?.url.href).to.equal('https://a.example/');
    });
  });

  describe('sees a text that names another host than its link', () => {
    const url = new URL('https://evil.example/x');
    for (const text of [
      'https://bank.example',
      'HTTPS://BANK.EXAMPLE',
      'www.bank.example/login',
      'bank.com',
      'bank.com.',
      'http://bank.example:80/a?b',
      'see https://bank.example',
      'https://bank.example (official)',
      '“https://bank.example”',
      'https://bank.example@evil.example',
      'https://bank.example and https://evil.example',
      'https://bank。com',
      'bank．com',
      'https://बैंक.भारत',
      'ｂａｎｋ.com',
      'https://evil.example.bank.example',
      'https://аpple.com',
      'https://bank\u200b.example/login',
      'ba\u00adnk.com',
      'https:\u2060//bank.example',
      'bank.co\u200dm',
    ]) {
      it(text, () => expect(namesAnotherHost(text, url)).to.equal(true));
    }
    for (const text of [
      'https://evil.example/x',
      'https://EVIL.example.',
      'www.evil.example',
      'evil。example',
      'Evil',
      'README.md',
      'node.js',
      'v1.2.3',
      '3.14',
      'e.g.',
      'a and b.com',
      'https://',
      'https://localhost:8080',
      '',
    ]) {
      it(`not in ${JSON.stringify(text)}`, () => expect(namesAnotherHost(text, url)).to.equal(false));
    }

    it('by the name that a lookalike letter stands for', () => {
      const lookalike = parseUrl('https://xn--pple-43d.com', BASE);
      expect(lookalike && namesAnotherHost('https://apple.com', lookalike.url)).to.equal(true);
      expect(lookalike && shownHost(lookalike.url)).to.equal('xn--pple-43d.com');
    });
  });
});
