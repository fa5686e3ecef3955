import { RINGS, type RingName } from '@eucora/sdk';
import {
  Flag,
  Hinted,
  Instant,
  ListOf,
  MapOf,
  Name,
  OneOf,
  Opaque,
  Optional,
  Quantity,
  Text,
  Texts,
  Whole,
} from './fields.js';

const PURPOSES = ['required', 'available', 'uninstall'] as const;
const CRITICALITIES = ['critical', 'high', 'standard', 'low'] as const;
const STATES = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'HALTED', 'ROLLED_BACK', 'FAILED'] as const;

/** Lab, canary, pilot, department, global; or 0 to 4. What is neither gets `RING_UNKNOWN`. */
export const RingField = (): PropertyDecorator =>
  Hinted({
    anyOf: [{ type: 'string' }, { type: 'integer' }],
    description: 'Name or number of a ring.',
    example: 'lab',
  });

export class Scope {
  @Hinted({ description: "Targets in the plane's own names: group ids, collections, inventories." })
  @Texts(1)
  declare include: string[];
  @Optional() @Texts() declare exclude?: string[];
}

/** Limits that are left out are the defaults of the ring. */
export class RingBody {
  @RingField() @Optional() declare ring?: string | number;
  @RingField() @Optional() declare ring_number?: string | number;
  @Hinted({ description: 'Percent of targeted devices.' })
  @Optional()
  @Quantity(0, 100)
  declare success_threshold?: number;
  @Optional() @Quantity(0, 8_760) declare time_to_compliance_hours?: number;
  @Hinted({ description: 'Devices.' }) @Optional() @Whole(0, 10_000_000) declare size_limit?: number;
  @Hinted({ description: 'By connector id.', example: { sandbox: { include: ['lab-devices'] } } })
  @MapOf(Scope)
  declare scopes: Record<string, Scope>;
}

/** What somebody wants: this package, to these scopes, ring by ring. */
export class IntentBody {
  @Optional() @Name() declare id?: string;
  @Hinted({
    description:
      '`{name}@{version}/{platform}` of an added package, or `{name}@{version}`: on each plane the one for its devices.',
    example: 'esbuild@0.25.1/windows',
  })
  @Text()
  declare package_key: string;
  @Hinted({ description: 'Connector ids.', example: ['sandbox'] }) @Texts(1, 100) declare planes: string[];
  @Optional() @OneOf(PURPOSES) declare purpose?: (typeof PURPOSES)[number];
  @Optional() @OneOf(CRITICALITIES) declare criticality?: (typeof CRITICALITIES)[number];
  @ListOf(() => RingBody, 1, 5) declare rings: RingBody[];
  @Optional() @OneOf(['halt', 'rollback']) declare on_failure?: 'halt' | 'rollback';
  @Optional() @Flag() declare remediate_compliance?: boolean;
}

export class RingAnswer {
  @OneOf(RINGS) declare ring: RingName;
  @Whole(0, 4) declare ring_number: number;
  @Quantity(0, 100) declare success_threshold: number;
  @Quantity(0, 8_760) declare time_to_compliance_hours: number;
  @Whole(0, 10_000_000) declare size_limit: number;
  @MapOf(Scope) declare scopes: Record<string, Scope>;
}

/** `state` and `rollouts` are left out of the answer to a creation. */
export class IntentAnswer {
  @Name() declare id: string;
  @Text() declare package_key: string;
  @Texts() declare planes: string[];
  @Hinted({ description: 'The package of each plane.', example: { sandbox: 'esbuild@0.25.1/windows' } })
  @Opaque()
  declare packages: Record<string, string>;
  @OneOf(PURPOSES) declare purpose: (typeof PURPOSES)[number];
  @OneOf(CRITICALITIES) declare criticality: (typeof CRITICALITIES)[number];
  @ListOf(() => RingAnswer) declare rings: RingAnswer[];
  @OneOf(['halt', 'rollback']) declare on_failure: 'halt' | 'rollback';
  @Flag() declare remediate_compliance: boolean;
  @Text() declare requested_by: string;
  @Instant() declare created_at: string;
  @Optional() @OneOf(STATES) declare state?: (typeof STATES)[number];
  @Hinted({ description: 'Correlation id of the latest rollout, by ring.', example: { lab: 'rollout-1' } })
  @Optional()
  @Opaque()
  declare rollouts?: Partial<Record<RingName, string>>;
}

export class IntentPage {
  @ListOf(() => IntentAnswer) declare items: IntentAnswer[];
  @Optional() @Text() declare next?: string;
}

export class IntentQuery {
  @Optional() @Text() declare after?: string;
  @Optional() @Whole(1, 1_000) declare limit?: number;
  @Optional() @OneOf(STATES) declare state?: (typeof STATES)[number];
}
