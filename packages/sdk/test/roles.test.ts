import { expect } from 'chai';
import {
  isRole,
  LADDER,
  ladderAllows,
  mayDo,
  ROLES,
  rolesThatMay,
  RUNG_OF,
  rungNamed,
  type Permission,
} from '../src/index.js';

describe('roles', () => {
  it('are those of SPEC section 3, and the agent', () => {
    expect(Object.keys(ROLES)).to.have.members([
      'platform_admin',
      'packaging_engineer',
      'publisher',
      'cab_approver',
      'security_reviewer',
      'license_admin',
      'endpoint_ops',
      'auditor',
      'agent',
    ]);
    expect(Object.keys(RUNG_OF)).to.have.members(Object.keys(ROLES));
  });

  for (const [role, may, mayNot] of [
    ['platform_admin', ['connector.write', 'policy.write', 'anything.whatever'], []],
    ['packaging_engineer', ['package.create', 'package.read', 'package.test'], ['package.publish', 'deployment.read']],
    ['publisher', ['deployment.create', 'package.publish', 'package.read'], ['package.create', 'approval.approve']],
    ['cab_approver', ['approval.approve', 'approval.read', 'evidence.read'], ['package.publish', 'deployment.create']],
    [
      'security_reviewer',
      ['policy.write', 'policy.read', 'exception.approve'],
      ['approval.approve', 'connector.write'],
    ],
    ['license_admin', ['license.assign', 'license.read'], ['licenses.read', 'package.read', 'connector.test']],
    ['endpoint_ops', ['telemetry.read', 'remediation.trigger', 'connector.test'], ['telemetry.write']],
    ['auditor', ['package.read', 'audit.read', 'anything.read'], ['package.create', 'license.assign', 'readme.write']],
    ['agent', ['deployment.create', 'package.publish'], ['approval.approve', 'exception.approve', 'connector.write']],
  ] as const satisfies readonly (readonly [string, readonly Permission[], readonly Permission[]])[]) {
    it(`let a ${role} do its work and no more`, () => {
      for (const permission of may) expect(mayDo([role], permission), permission).to.equal(true);
      for (const permission of mayNot) expect(mayDo([role], permission), permission).to.equal(false);
    });
  }

  it('give reading to whoever may do anything to the thing, and doing to nobody who may read it', () => {
    expect(mayDo(['cab_approver'], 'approval.read')).to.equal(true);
    expect(mayDo(['cab_approver'], 'evidence.seal')).to.equal(false);
  });

  it('add up', () => {
    expect(mayDo(['cab_approver', 'publisher'], 'package.publish')).to.equal(true);
    expect(mayDo(['cab_approver', 'publisher'], 'approval.reject')).to.equal(true);
  });

  it('give nothing when nobody knows them, whatever they are called', () => {
    for (const name of ['', '*', 'root', 'Platform_Admin', '__proto__', 'constructor', 'toString', 'Admin'])
      for (const permission of ['package.read', 'connector.read', '*.*', '__proto__.read'] as const) {
        expect(isRole(name)).to.equal(false);
        expect(mayDo([name], permission), `${name} ${permission}`).to.equal(false);
      }
    expect(mayDo([], 'package.read')).to.equal(false);
  });

  it('are named to somebody who has none', () => {
    expect(rolesThatMay('approval.approve')).to.deep.equal(['platform_admin', 'cab_approver']);
  });
});

describe('the ladder', () => {
  it('goes from Viewer to Admin', () => {
    expect(LADDER.join(' < ')).to.equal('Viewer < Author < Operator < Auditor < Compliance < Admin');
  });

  it('asks for an Operator where nobody says otherwise', () => {
    expect(ladderAllows(['publisher'])).to.equal(true);
    expect(ladderAllows(['packaging_engineer'])).to.equal(false);
    expect(ladderAllows([])).to.equal(false);
    expect(ladderAllows(['Operator'])).to.equal(false);
  });

  it('lets each role up to its own rung', () => {
    for (const [role, rung] of Object.entries(RUNG_OF))
      for (const [height, required] of LADDER.entries())
        expect(ladderAllows([role], required), `${role} ${required}`).to.equal(height <= LADDER.indexOf(rung));
  });

  it('is how connectors are guarded: any role lists, an Operator tests, an Admin registers', () => {
    const asked = (permission: Permission) => Object.keys(ROLES).filter((role) => mayDo([role], permission));

    expect(asked('connector.read')).to.deep.equal(Object.keys(ROLES));
    expect(asked('connector.test')).to.not.include.members(['packaging_engineer']).and.not.include('license_admin');
    expect(asked('connector.test')).to.include.members(['publisher', 'endpoint_ops']);
    expect(asked('connector.write')).to.deep.equal(['platform_admin']);
  });

  it('is read by its names, in any letters', () => {
    expect(rungNamed('operator')).to.equal('Operator');
    expect(rungNamed(' ADMIN ')).to.equal('Admin');
    expect(rungNamed('root')).to.equal(undefined);
  });
});
