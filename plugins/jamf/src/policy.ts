import type { Purpose } from '@eucora/sdk';
import type { PolicyKind } from './mapping.js';
import { policyDescription, type PolicyMark } from './marks.js';
import { elementOf, flagOf, listOf, textOf, type XmlElement, type XmlNode } from './xml.js';

/** A value that Jamf does not know is taken with 201 and becomes the default, so these are all there are (contract, `policy`). */
type Frequency = 'Once per computer' | 'Ongoing';

/** How a policy goes about its work. */
interface Manner {
  readonly checkIn: boolean;
  readonly selfService: boolean;
  readonly frequency: Frequency;
}

/**
 * Required and uninstall run once on each computer, at its check-in, and again a few times where that failed; the log is what Jamf
 * remembers it by, and flushing the log lets it run again. Available is run by the user, as often as the user likes.
 */
const MANNERS: Readonly<Record<Purpose, Manner>> = {
  required: { checkIn: true, selfService: false, frequency: 'Once per computer' },
  uninstall: { checkIn: true, selfService: false, frequency: 'Once per computer' },
  available: { checkIn: false, selfService: true, frequency: 'Ongoing' },
};

/** What a policy does on a computer; a change of it has to reach computers that ran the policy before. */
export interface PolicyContent {
  readonly purpose: Purpose;
  /** Jamf's id of the package to install; none for an uninstall. */
  readonly packageId?: string;
  /** Run by the shell, as root; none for an install. */
  readonly command?: string;
  readonly retryAttempts: number;
}

export interface PolicyScope {
  /** Jamf's ids of computer groups. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Sections of a policy as they are sent. What is left out stays as it is; a scope replaces the whole scope. */
export interface PolicyWrite {
  /** Stays what it is; Jamf's document wants it in every `general`. */
  readonly name: string;
  readonly enabled?: boolean;
  readonly content?: PolicyContent;
  readonly scope?: PolicyScope;
  /** Title and words for people, and our mark. */
  readonly about?: {
    readonly title: string;
    readonly words: string;
    readonly mark: PolicyMark;
    readonly purpose: Purpose;
  };
}

/** Pure. Children of the scope are in the order of Jamf's schema: others are silently ignored (facts file, 2.5). */
export function toPolicyXml({ name, enabled, content, scope, about }: PolicyWrite): XmlElement {
  return {
    ...((enabled !== undefined || content) && { general: { name, enabled, ...(content && generalOf(content)) } }),
    ...(scope && {
      scope: {
        all_computers: false,
        computers: '',
        computer_groups: groupsOf(scope.include),
        buildings: '',
        departments: '',
        exclusions: { computers: '', computer_groups: groupsOf(scope.exclude), buildings: '', departments: '' },
      },
    }),
    ...(about && {
      self_service: {
        use_for_self_service: MANNERS[about.purpose].selfService,
        self_service_display_name: about.title,
        self_service_description: policyDescription(about.words, about.mark),
      },
    }),
    ...(content && {
      package_configuration: { packages: packagesOf(content) },
      maintenance: { recon: true },
      files_processes: { run_command: content.command ?? '' },
    }),
  };
}

const generalOf = ({ purpose, retryAttempts }: PolicyContent): XmlElement => {
  const { checkIn, frequency } = MANNERS[purpose];
  return {
    trigger_checkin: checkIn,
    frequency,
    retry_event: checkIn ? 'check-in' : 'none',
    retry_attempts: checkIn ? retryAttempts : -1,
  };
};

const groupsOf = (ids: readonly string[]): XmlNode =>
  ids.length === 0 ? '' : { computer_group: ids.map((id) => ({ id })) };

const packagesOf = ({ packageId }: PolicyContent): XmlElement =>
  packageId === undefined ? { size: 0 } : { size: 1, package: [{ id: packageId, action: 'Install' }] };

/** A policy of Jamf's as far as it matters to us. */
export interface ShownPolicy {
  readonly name: string;
  readonly enabled: boolean;
  readonly checkIn: boolean;
  readonly selfService: boolean;
  readonly frequency: string;
  readonly retryEvent: string;
  readonly retryAttempts: number;
  readonly description: string;
  readonly packages: readonly { readonly id: string; readonly name: string; readonly action: string }[];
  readonly command: string;
  readonly recon: boolean;
  readonly include: readonly NamedGroup[];
  readonly exclude: readonly NamedGroup[];
  /** Other things that it aims at: `all computers`, `computer Anna's Mac`, `building Berlin`. */
  readonly alsoAimsAt: readonly string[];
}

export interface NamedGroup {
  readonly id: string;
  readonly name: string;
}

export function readPolicy(policy: XmlElement): ShownPolicy {
  const general = elementOf(policy.general);
  const scope = elementOf(policy.scope);
  const selfService = elementOf(policy.self_service);
  const packages = elementOf(elementOf(policy.package_configuration).packages);
  const named = (list: XmlNode, item: string) =>
    listOf(elementOf(list)[item]).map(({ id, name }) => ({ id: textOf(id), name: textOf(name) }));
  const others = (['computer', 'building', 'department'] as const).flatMap((item) =>
    named(scope[`${item}s`], item).map(({ name }) => `${item} ${name}`),
  );
  return {
    name: textOf(general.name),
    enabled: flagOf(general.enabled),
    checkIn: flagOf(general.trigger_checkin),
    selfService: flagOf(selfService.use_for_self_service),
    frequency: textOf(general.frequency),
    retryEvent: textOf(general.retry_event),
    retryAttempts: Number(textOf(general.retry_attempts)),
    description: textOf(selfService.self_service_description),
    packages: listOf(packages.package).map(({ id, name, action }) => ({
      id: textOf(id),
      name: textOf(name),
      action: textOf(action),
    })),
    command: textOf(elementOf(policy.files_processes).run_command),
    recon: flagOf(elementOf(policy.maintenance).recon),
    include: named(scope.computer_groups, 'computer_group'),
    exclude: named(elementOf(scope.exclusions).computer_groups, 'computer_group'),
    alsoAimsAt: [...(flagOf(scope.all_computers) ? ['all computers'] : []), ...others],
  };
}

/** Nothing where it neither runs by itself nor is on offer. */
export function purposeOf(policy: ShownPolicy, kind: PolicyKind): Purpose | undefined {
  if (kind === 'uninstall') return policy.checkIn ? 'uninstall' : undefined;
  if (policy.checkIn) return 'required';
  return policy.selfService ? 'available' : undefined;
}

/** The same work on a computer, in the same manner. */
export function hasContent(shown: ShownPolicy, want: PolicyContent): boolean {
  const { checkIn, selfService, frequency } = MANNERS[want.purpose];
  const ids = want.packageId === undefined ? [] : [want.packageId];
  return (
    shown.checkIn === checkIn &&
    shown.selfService === selfService &&
    shown.frequency === frequency &&
    (!checkIn || (shown.retryEvent === 'check-in' && shown.retryAttempts === want.retryAttempts)) &&
    shown.recon &&
    shown.command === (want.command ?? '').trim() &&
    shown.packages.length === ids.length &&
    shown.packages.every(({ id, action }) => ids.includes(id) && action === 'Install')
  );
}
