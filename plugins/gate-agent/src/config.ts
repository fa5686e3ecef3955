import 'reflect-metadata';
import { classSchema, RINGS, RISK_CLASSES, type RingName, type RiskClass } from '@eucora/sdk';
import { plainToInstance, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsISO8601, ValidateBy, ValidateIf, ValidateNested, validateSync } from 'class-validator';
import { Hours } from './hours.js';

const TRUE_OR_FALSE = { message: 'must be true or false' };
const WITH_ZONE = /T.*(Z|[+-]\d\d:\d\d)$/;

/** One rule, one complaint: `must be a number from 0 to 100`. */
const Must = (what: string, holds: (value: unknown) => boolean): PropertyDecorator =>
  ValidateBy({ name: what, validator: { validate: holds, defaultMessage: () => `must ${what}` } });

const all =
  (...decorators: readonly PropertyDecorator[]): PropertyDecorator =>
  (target, property) =>
    decorators.forEach((decorate) => decorate(target, property));

/** May be left out. `null` is not leaving out: it would read as "no limit". */
const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Settings in settings, which may be left out. */
const Part = (Shape: () => new () => object, what: string): PropertyDecorator =>
  all(
    Optional(),
    ValidateNested({ message: `must ${what}` }),
    Must(what, (value) => !Array.isArray(value)),
    (target, field) => Type(Shape)(target, field),
  );

const Rings = (): PropertyDecorator =>
  Must(
    `be a list, not empty, of rings: ${RINGS.join(', ')}`,
    (value) => Array.isArray(value) && value.length > 0 && value.every((ring) => RINGS.includes(ring as RingName)),
  );

const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** `esbuild`, or one version of it: `esbuild@0.25.1`. */
const Packages = (): PropertyDecorator =>
  Must('be a list, not empty, of names', (value) => Array.isArray(value) && value.length > 0 && value.every(isName));

/** Where an R2 action may run without a person. */
export class R2Config {
  @Rings()
  rings!: RingName[];

  /** Left out: every package that the limits let through. */
  @Optional()
  @Packages()
  packages?: string[];

  /** Scores above this wait for a person. */
  @Must(
    'be a number from 0 to 50: above that the CAB is asked in any case',
    (value) => typeof value === 'number' && value >= 0 && value <= 50,
  )
  maxRisk: number = 30;
}

/** What an action must keep to, whatever its class. */
export class Limits {
  /** Devices that the ring of the order may hold. */
  @Optional()
  @Must('be a whole number of devices, 1 or more', (value) => Number.isSafeInteger(value) && Number(value) >= 1)
  maxDevices?: number;

  @Optional()
  @Rings()
  rings?: RingName[];

  @Optional()
  @Packages()
  packages?: string[];

  /** False: no privileged package. */
  @Optional()
  @IsBoolean(TRUE_OR_FALSE)
  privileged?: boolean;

  /** When it may act. Left out: at any time. */
  @Part(() => Hours, 'be an object with timeZone, days, from and until')
  hours?: Hours;

  /** From then on it may do nothing more. */
  @Optional()
  @IsISO8601({ strict: true }, { message: 'must be a time in ISO 8601' })
  @Must('have a time and a zone, such as 2027-01-31T00:00:00Z', (value) => WITH_ZONE.test(String(value)))
  until?: string;

  @Part(() => R2Config, 'be an object with rings, packages and maxRisk')
  r2?: R2Config;
}

/** One agent, with limits that are tighter than those of all agents. */
export class Agent extends Limits {
  /** As the identity provider names it, to the letter. */
  @Must('be a name', isName)
  subject!: string;
}

/** What an operator may set: the limits of all agents, and who they are. */
export class AgentConfig extends Limits {
  override maxDevices: number = 100;
  override rings: RingName[] = ['lab', 'canary'];
  override privileged: boolean = false;

  /** An agent that is not in the list may do nothing. */
  @Must('be a list of agents, each an object', (value) => Array.isArray(value) && !value.some(Array.isArray))
  @Must('name each agent once', (value) => !Array.isArray(value) || !repeats(value as Agent[]))
  @ValidateNested({ each: true, message: 'must be a list of agents, each an object' })
  @Type(() => Agent)
  agents: Agent[] = [];

  /** The least class of taking software off devices. */
  @IsIn(RISK_CLASSES, { message: `must be one of ${RISK_CLASSES.join(', ')}` })
  uninstall: RiskClass = 'R3';
}

const repeats = (agents: readonly (Agent | null)[]): boolean =>
  new Set(agents.map((agent) => agent?.subject)).size < agents.length;

export const agentConfig = classSchema(AgentConfig, { plainToInstance, validateSync });
