import { expect } from 'chai';
import { canonicalEvent, GENESIS_HASH, hashOf, link } from '@eucora/engine';
import { canonicalJson, sha256Hex } from '@eucora/sdk';

describe('the canonical form of an event', () => {
  const odd = ['plain', 'with "quotes" and \\ and /', 'ü é 😀 \u2028', 'tab\t line\n bell\u0007'];

  for (const text of odd) {
    it(`is that of RFC 8785: ${JSON.stringify(text)}`, () => {
      const at = { stream: text, version: 7, createdAt: '2026-01-01T00:00:00.000Z' };
      const event = link({ type: text, data: { [text]: [text, 1e21, null] }, correlationId: text, actor: text }, at, {
        position: 41,
        hash: GENESIS_HASH,
      });
      const form = canonicalJson({
        prev_hash: GENESIS_HASH,
        position: 42,
        event_data: event.data,
        stream: text,
        version: 7,
        correlation_id: text,
        event_type: text,
        actor: text,
        created_at: at.createdAt,
      });
      expect(canonicalEvent(event)).to.equal(form);
      expect(canonicalEvent(event, canonicalJson(event.data))).to.equal(form);
      expect(hashOf(event)).to.equal(sha256Hex(form)).and.to.equal(event.hash);
    });
  }
});
