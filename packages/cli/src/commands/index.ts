import type { Command } from '../command.js';
import { approvalsApprove } from './approvals-approve.js';
import { approvalsList } from './approvals-list.js';
import { approvalsReject } from './approvals-reject.js';
import { connectorsDisable } from './connectors-disable.js';
import { connectorsEnable } from './connectors-enable.js';
import { connectorsHealth } from './connectors-health.js';
import { connectorsList } from './connectors-list.js';
import { connectorsRegister } from './connectors-register.js';
import { connectorsTest } from './connectors-test.js';
import { driftList } from './drift-list.js';
import { eventsList } from './events-list.js';
import { eventsTail } from './events-tail.js';
import { eventsVerify } from './events-verify.js';
import { evidenceExport } from './evidence-export.js';
import { evidenceKeys } from './evidence-keys.js';
import { evidenceShow } from './evidence-show.js';
import { evidenceVerify } from './evidence-verify.js';
import { halt } from './halt.js';
import { hostStart } from './host-start.js';
import { incidentsClose } from './incidents-close.js';
import { incidentsList } from './incidents-list.js';
import { incidentsReport } from './incidents-report.js';
import { intentsCreate } from './intents-create.js';
import { intentsList } from './intents-list.js';
import { intentsShow } from './intents-show.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { packagesAdd } from './packages-add.js';
import { packagesAttach } from './packages-attach.js';
import { packagesList } from './packages-list.js';
import { plan } from './plan.js';
import { promote } from './promote.js';
import { publish } from './publish.js';
import { reconcile } from './reconcile.js';
import { rollback } from './rollback.js';
import { status } from './status.js';
import { waiversGrant } from './waivers-grant.js';
import { waiversList } from './waivers-list.js';
import { waiversRevoke } from './waivers-revoke.js';
import { whoami } from './whoami.js';

/** In the order in which somebody meets them: help and `docs/cli.md` keep it. */
export const COMMANDS: readonly Command[] = [
  hostStart,
  login,
  logout,
  whoami,
  connectorsList,
  connectorsRegister,
  connectorsEnable,
  connectorsDisable,
  connectorsTest,
  connectorsHealth,
  packagesAdd,
  packagesAttach,
  packagesList,
  intentsCreate,
  intentsList,
  intentsShow,
  plan,
  publish,
  status,
  promote,
  halt,
  rollback,
  reconcile,
  driftList,
  approvalsList,
  approvalsApprove,
  approvalsReject,
  waiversList,
  waiversGrant,
  waiversRevoke,
  incidentsList,
  incidentsReport,
  incidentsClose,
  evidenceShow,
  evidenceVerify,
  evidenceExport,
  evidenceKeys,
  eventsList,
  eventsTail,
  eventsVerify,
];

/** What the first words stand for. */
export const GROUPS: Readonly<Record<string, string>> = {
  host: 'The service that does the work',
  connectors: 'The planes and other systems that the host speaks to',
  packages: 'Software that can be rolled out',
  intents: 'What somebody wants: a package, to these scopes, ring by ring',
  drift: 'Differences between what was wanted and what is there',
  approvals: 'What waits for a person',
  waivers: 'What a gate may pass over, for a reason and a time',
  incidents: 'Security incidents, which stop the line',
  evidence: 'What a decision rested on',
  events: 'The audit trail',
};
