import { expect } from 'chai';
import { elementOf, flagOf, listOf, notKept, readXml, textOf, writeXml } from '../src/xml.js';

describe('the XML of the Classic API', () => {
  it('says the same after it was written and read', () => {
    const name = `R&D <"beta"> 'é' ]]> 1 < 2 && 3 > 2`;
    const read = readXml(writeXml('policy', { general: { name, enabled: false, retry_attempts: 3 } }), 'policy');
    expect(elementOf(read.general)).to.deep.equal({ name, enabled: 'false', retry_attempts: '3' });
  });

  it('lets nobody write elements by way of a text', () => {
    const text = writeXml('policy', { general: { name: '</name><enabled>true</enabled><name>' } });
    expect(text).not.to.include('<enabled>');
    expect(textOf(elementOf(readXml(text, 'policy').general).name)).to.equal('</name><enabled>true</enabled><name>');
  });

  it('reads lists of none, one and many', () => {
    const idsIn = (list: string) => listOf(readXml(list, 'policies').policy).map(({ id }) => textOf(id));
    expect(idsIn('<policies><size>0</size></policies>')).to.deep.equal([]);
    expect(idsIn('<policies><policy><id>1</id></policy></policies>')).to.deep.equal(['1']);
    expect(idsIn('<policies><policy><id>1</id></policy><policy><id>2</id></policy></policies>')).to.deep.equal([
      '1',
      '2',
    ]);
    expect(readXml('<policies/>', 'policies')).to.deep.equal({});
  });

  it('keeps texts as they are, numbers and flags too', () => {
    const { a, b, c } = readXml('<x><a>007</a><b>true</b><c>&#233;&amp;</c></x>', 'x');
    expect([textOf(a), flagOf(b), textOf(c)]).to.deep.equal(['007', true, 'é&']);
  });

  it('reads ten thousand policies with an ampersand in every name', () => {
    const policies = '<policy><id>1</id><name>R&amp;D &lt;1&gt;</name></policy>'.repeat(10_000);
    expect(listOf(readXml(`<policies>${policies}</policies>`, 'policies').policy)).to.have.length(10_000);
  });

  for (const [what, text] of Object.entries({
    'half a document': '<?xml version="1.0"?><policy><general><name>Exam',
    'a page for people': '<!doctype html><html><body><p>Maintenance</p></body></html>',
    'a well-formed page': '<html><body><p>Maintenance</p></body></html>',
    'an entity that the document defines': '<!DOCTYPE policy [<!ENTITY a "b">]><policy>&a;</policy>',
    nothing: '',
    JSON: '{"policy":{}}',
  })) {
    it(`takes ${what} for no answer`, () => {
      expect(() => readXml(text, 'policy'))
        .to.throw()
        .with.property('code', 'PLANE_ANSWER_INVALID');
    });
  }
});

describe('what was kept of what was sent', () => {
  const sent = {
    general: { name: 'a', enabled: false, retry_attempts: 3 },
    scope: { computers: '', computer_groups: { computer_group: [{ id: '1' }, { id: '2' }] } },
  };

  it('is enough when all that was sent is there, in whatever order and with whatever else', () => {
    const kept = {
      general: { id: '9', name: 'a', enabled: 'false', retry_attempts: '3', frequency: 'Ongoing' },
      scope: {
        computers: '',
        computer_groups: {
          computer_group: [
            { id: '2', name: 'B' },
            { id: '1', name: 'A' },
          ],
        },
      },
    };
    expect(notKept(sent, kept, 'policy')).to.deep.equal([]);
  });

  it('names what became something else, what is missing, and what is too much', () => {
    const kept = {
      general: { name: 'a', enabled: 'true' },
      scope: { computers: { computer: [{ id: '7' }] }, computer_groups: { computer_group: { id: '1' } } },
    };
    expect(notKept(sent, kept, 'policy')).to.deep.equal([
      'policy/general/enabled',
      'policy/general/retry_attempts',
      'policy/scope/computers',
      'policy/scope/computer_groups/computer_group',
    ]);
  });

  it('does not mind how lines break', () => {
    expect(notKept({ text: 'one\ntwo' }, { text: 'one\r\n two ' }, 'x')).to.deep.equal([]);
  });
});
