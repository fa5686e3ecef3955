import { givenFacts, givenOrder, givenPackage } from '@eucora/sdk/testing';
import { expect } from 'chai';
import { inputOf } from '../src/input.js';

describe('what a policy sees', () => {
  it('is all the facts, in snake_case, as the README lists them', () => {
    const document = { kind: 'sbom' as const, sha256: 'd'.repeat(64), size: 7, fileName: 'sbom.json' };
    const pkg = givenPackage({ privileged: true, documents: [document] });
    const facts = givenFacts({
      order: givenOrder({ ring: 'canary', package: pkg }),
      evidence: [
        { kind: 'scan', provider: 'scan', blob: 'd'.repeat(64), facts: { database_at: 'x', counts: { high: 1 } } },
      ],
      risk: {
        score: 40,
        version: '1',
        factors: [{ name: 'ring', weight: 40, input: 1, contribution: 40, because: 'x' }],
      },
      requester: { subject: 'robot', agent: { riskClass: 'R2' } },
      before: {
        config: { ring: 'lab', successThreshold: 100, timeToComplianceHours: 24, sizeLimit: 10 },
        status: 'SETTLED',
        compliance: { targeted: 9, installed: 9, failed: 0, pending: 0, unknown: 0, successRate: 100 },
        hoursToCompliance: 2,
      },
      approvals: [{ by: 'ada', at: '2026-11-21T11:00:00Z' }],
      waivers: [
        {
          id: 'w-1',
          gate: 'opa',
          subjects: ['friday'],
          package: 'Example Tool',
          reason: 'x',
          grantedBy: 'sue',
          grantedAt: '2026-11-20T00:00:00Z',
          expiresAt: '2026-12-20T00:00:00Z',
        },
      ],
      incidents: [{ id: 'i-1', what: 'x', reportedBy: 'sue', reportedAt: '2026-11-20T00:00:00Z' }],
      emergency: { reason: 'zero day' },
    });
    expect(JSON.parse(inputOf(facts))).to.deep.equal({
      order: {
        correlation_id: facts.order.correlationId,
        intent_id: 'intent-1',
        plane: 'example',
        ring: 'canary',
        purpose: 'required',
        scope: { include: ['group-lab'] },
        size_limit: 10,
        package: {
          name: 'Example Tool',
          version: '2.0.0',
          platform: 'windows',
          publisher: 'Example Org',
          description: 'What the tests install.',
          artifact: { sha256: pkg.artifact.sha256, size: pkg.artifact.size, file_name: 'example-tool.exe' },
          install_command: 'example-tool.exe /quiet',
          uninstall_command: 'example-tool.exe /uninstall /quiet',
          detection: [
            { kind: 'file', path: 'C:\\Program Files\\Example Tool', file_name: 'example-tool.exe', version: '2.0.0' },
          ],
          privileged: true,
          documents: [{ kind: 'sbom', sha256: 'd'.repeat(64), size: 7, file_name: 'sbom.json' }],
        },
      },
      evidence: [
        { kind: 'scan', provider: 'scan', blob: 'd'.repeat(64), facts: { database_at: 'x', counts: { high: 1 } } },
      ],
      risk: {
        score: 40,
        version: '1',
        factors: [{ name: 'ring', weight: 40, input: 1, contribution: 40, because: 'x' }],
      },
      requester: { subject: 'robot', agent: { risk_class: 'R2' } },
      packaged_by: 'pete',
      before: {
        config: { ring: 'lab', success_threshold: 100, time_to_compliance_hours: 24, size_limit: 10 },
        status: 'SETTLED',
        compliance: { targeted: 9, installed: 9, failed: 0, pending: 0, unknown: 0, success_rate: 100 },
        hours_to_compliance: 2,
      },
      approvals: [{ by: 'ada', at: '2026-11-21T11:00:00Z' }],
      waivers: [
        {
          id: 'w-1',
          gate: 'opa',
          subjects: ['friday'],
          package: 'Example Tool',
          reason: 'x',
          granted_by: 'sue',
          granted_at: '2026-11-20T00:00:00Z',
          expires_at: '2026-12-20T00:00:00Z',
        },
      ],
      incidents: [{ id: 'i-1', what: 'x', reported_by: 'sue', reported_at: '2026-11-20T00:00:00Z' }],
      emergency: { reason: 'zero day' },
      digests: { evidence: 'e'.repeat(64), plan: 'b'.repeat(64) },
      now: '2026-11-21T12:00:00.000Z',
      now_unix: 1_795_262_400,
    });
  });

  it('leaves out what is not there, and the facts of evidence as they are', () => {
    const input = JSON.parse(
      inputOf(givenFacts({ evidence: [{ kind: 'x', provider: 'x', facts: { camelCase: 1 } }] })),
    );
    expect(input).to.not.have.any.keys('before', 'emergency');
    expect(input.requester).to.deep.equal({ subject: 'paula' });
    expect(input.evidence[0].facts).to.deep.equal({ camelCase: 1 });
  });
});
