/** What may be done to what: `package.publish`. In a role also a pattern: `*`, `license.*`, `*.read`. */
export type Permission = `${string}.${string}`;

/**
 * Who may do what. SPEC section 3, and one more: `agent` marks a subject that is no person (AI or other automation). It may
 * ask for deployments; what it asks for carries a risk class, and the gates judge it by that.
 */
export const ROLES = {
  platform_admin: ['*'],
  packaging_engineer: ['package.create', 'package.read', 'package.test'],
  publisher: ['deployment.create', 'deployment.read', 'package.publish'],
  cab_approver: ['approval.approve', 'approval.reject', 'evidence.read'],
  security_reviewer: ['policy.write', 'exception.approve', 'sbom.read'],
  license_admin: ['license.*'],
  endpoint_ops: ['telemetry.read', 'remediation.trigger'],
  auditor: ['*.read'],
  agent: ['deployment.create', 'deployment.read', 'package.publish'],
} as const satisfies Readonly<Record<string, readonly (Permission | '*')[]>>;

export type RoleName = keyof typeof ROLES;

/** The older ladder, lowest first. Each rung includes those below it. */
export const LADDER = ['Viewer', 'Author', 'Operator', 'Auditor', 'Compliance', 'Admin'] as const;
export type LadderRole = (typeof LADDER)[number];

/** The least rung that an operation of a connector asks for, where nobody says otherwise. */
export const DEFAULT_REQUIRED_ROLE: LadderRole = 'Operator';

/** Where each role stands on the ladder. */
export const RUNG_OF: Readonly<Record<RoleName, LadderRole>> = {
  license_admin: 'Viewer',
  packaging_engineer: 'Author',
  publisher: 'Operator',
  endpoint_ops: 'Operator',
  agent: 'Operator',
  auditor: 'Auditor',
  cab_approver: 'Compliance',
  security_reviewer: 'Compliance',
  platform_admin: 'Admin',
};

/** Connectors go by the ladder: everybody with a role may list them, few may change them. */
export const CONNECTOR_LADDER: Readonly<Record<Permission, LadderRole>> = {
  'connector.read': 'Viewer',
  'connector.test': 'Operator',
  'connector.write': 'Admin',
};

/**
 * Whether one of the roles gives the permission. A role that nobody knows gives nothing, and no role gives nothing.
 *
 * To do something to a thing one must see it: any permission on a noun gives reading that noun, so `approval.approve` is
 * also `approval.read`. The table alone would have an approver decide on a list that he may not open. Nothing else follows
 * from anything.
 */
export const mayDo = (roles: readonly string[], permission: Permission): boolean => {
  const rung = Object.hasOwn(CONNECTOR_LADDER, permission) ? CONNECTOR_LADDER[permission] : undefined;
  if (rung && ladderAllows(roles, rung)) return true;
  return roles.filter(isRole).some((role) => ROLES[role].some((granted) => gives(granted, permission)));
};

/** Whether one of the roles stands on that rung or higher. */
export const ladderAllows = (roles: readonly string[], required: LadderRole = DEFAULT_REQUIRED_ROLE): boolean =>
  roles.filter(isRole).some((role) => heightOf(RUNG_OF[role]) >= heightOf(required));

/** The roles that give the permission, to be named to somebody who has none of them. */
export const rolesThatMay = (permission: Permission): readonly RoleName[] =>
  (Object.keys(ROLES) as RoleName[]).filter((role) => mayDo([role], permission));

export const isRole = (name: string): name is RoleName => Object.hasOwn(ROLES, name);

/** `operator` and `Operator` are the same rung. @returns undefined when there is none of the name */
export const rungNamed = (name: string): LadderRole | undefined =>
  LADDER.find((rung) => rung.toLowerCase() === name.trim().toLowerCase());

const heightOf = (rung: LadderRole): number => LADDER.indexOf(rung);

function gives(granted: Permission | '*', permission: Permission): boolean {
  if (granted === '*' || granted === permission) return true;
  const [noun, verb] = parts(granted);
  const [wantedNoun, wantedVerb] = parts(permission);
  if (noun === '*') return verb === wantedVerb;
  return noun === wantedNoun && (verb === '*' || wantedVerb === 'read');
}

const parts = (permission: Permission): readonly [string, string] => {
  const dot = permission.indexOf('.');
  return [permission.slice(0, dot), permission.slice(dot + 1)];
};
